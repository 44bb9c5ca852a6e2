// Bundles functions in memory, as the deployment does, and lists what a bundle contains.
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../esbuild.config.ts';
import { projectFolder } from '../project-folder.ts';

export interface Bundle {
  /** The module that a function's zip holds. */
  readonly code: Uint8Array;
  /** The files that the bundle's code comes from, relative to the project's folder, without tree-shaken ones. */
  readonly sources: readonly string[];
}

/**
 * Bundles entry files, each into a module of its own.
 * @param files from the project's folder: `functions/authorizer.ts`
 * @returns the bundles by file
 * @throws BuildFailure of esbuild
 */
export async function bundles(files: readonly string[]): Promise<ReadonlyMap<string, Bundle>> {
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    absWorkingDir: projectFolder,
    entryPoints: [...files],
    outbase: '.',
    outdir: 'build/bundles',
    metafile: true,
    write: false,
  });
  const entries = Object.entries(metafile.outputs).map(([path, { entryPoint = '', inputs }]) => {
    const code = outputFiles.find((file) => file.path === join(projectFolder, path))?.contents;
    if (!code) throw new TypeError(`esbuild returned no output for ${entryPoint}`);
    const sources = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    return [entryPoint, { code, sources: sources.map(([source]) => source) }] as const;
  });
  return new Map(entries);
}

export interface Command {
  /** `s3`, `sfn`: the client's package without `@aws-sdk/client-`. */
  readonly client: string;
  /** `GetObject` */
  readonly name: string;
}

/** The AWS operations that a bundle can call: the SDK's commands that it holds. */
export function commandsOf({ sources, code }: Bundle): readonly Command[] {
  const bySdk = sources.flatMap((path) => {
    const found = /@aws-sdk\/client-([a-z0-9-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(path);
    return found?.[1] && found[2] ? [{ client: found[1], name: found[2] }] : [];
  });
  // What is asked by signed requests of our own (lib/connections/systems-manager.ts, lib/s3-object.ts).
  const signed = Buffer.from(code)
    .toString()
    .matchAll(/AmazonSSM\.(\w+)/g);
  const values = sources.includes('lib/actions/large-values/store.ts') ? ['GetObject', 'PutObject'] : [];
  const records = sources.includes('lib/stores/call-records.ts')
    ? ['DeleteObject', 'GetObject', 'PutObject']
    : [];
  return [
    ...bySdk,
    ...[...signed].map(([, name = '']) => ({ client: 'ssm', name })),
    ...values.map((name) => ({ client: 'large-values', name })),
    ...records.map((name) => ({ client: 's3', name })),
  ];
}
