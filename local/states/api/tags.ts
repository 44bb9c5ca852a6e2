// The API's operations on tags of state machines.
import { parseStateMachineArn } from '../model/arns.ts';
import { ServiceError } from '../model/errors.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, ARN } from './request.ts';
import type { Operations } from './wire.ts';

interface Tag {
  readonly key: string;
  readonly value: string;
}

const MAX_TAGS = 50;
const KEY = { min: 1, max: 128 };
const VALUE = { max: 256 };

/** With several tags of one key the last one counts. `arn`: the resource that is tagged, for messages. */
export function readTags(tags: readonly ApiRequest[], arn: string): readonly Tag[] {
  const values = new Map(tags.map((tag) => [tag.string('key', KEY) ?? '', tag.string('value', VALUE) ?? '']));
  return checkCount(
    Array.from(values, ([key, value]) => ({ key, value })),
    arn,
  );
}

/** Throws TooManyTags. */
function checkCount(tags: readonly Tag[], arn: string): readonly Tag[] {
  if (tags.length <= MAX_TAGS) return tags;
  const text = `Too many tags: a resource has at most ${MAX_TAGS}`;
  throw new ServiceError('TooManyTags', text, { resourceName: arn });
}

export function tagOperations({ store }: Dependencies): Operations {
  function tagsOf(arn: string): readonly Tag[] {
    const machine = store.stateMachines.find(parseStateMachineArn(arn).machineArn);
    if (!machine)
      throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, { resourceName: arn });
    return JSON.parse(machine.tags) as readonly Tag[]; // written by readTags
  }

  function save(arn: string, tags: readonly Tag[]) {
    const { machineArn } = parseStateMachineArn(arn);
    store.stateMachines.setTags(machineArn, JSON.stringify(checkCount(tags, arn)));
    return {};
  }

  return {
    ListTagsForResource: (request: ApiRequest) => ({
      tags: tagsOf(request.requiredString('resourceArn', ARN)),
    }),
    TagResource(request: ApiRequest) {
      const arn = request.requiredString('resourceArn', ARN);
      const added = readTags(request.requiredStructures('tags'), arn);
      const kept = tagsOf(arn).filter(({ key }) => !added.some((tag) => tag.key === key));
      return save(arn, [...kept, ...added]);
    },
    UntagResource(request: ApiRequest) {
      const arn = request.requiredString('resourceArn', ARN);
      const keys = request.requiredStrings('tagKeys', KEY);
      return save(
        arn,
        tagsOf(arn).filter(({ key }) => !keys.includes(key)),
      );
    },
  };
}
