// The API's operations on tags of state machines.
import { parseStateMachineArn } from '../arns.ts';
import { ServiceError } from '../errors.ts';
import { isJsonObject, type Json } from '../json.ts';
import { type ApiRequest, wrongType } from '../request.ts';
import type { Service } from '../service.ts';
import type { Operations } from '../wire.ts';

interface Tag {
  readonly key: string;
  readonly value: string;
}

const MAX_TAGS = 50;

export function readTags(values: readonly Json[] | undefined): readonly Tag[] {
  return (values ?? []).map((value) => {
    if (!isJsonObject(value)) throw wrongType(value, 'object');
    return { key: String(value['key'] ?? ''), value: String(value['value'] ?? '') };
  });
}

export function tagOperations({ store }: Service): Operations {
  function tagsOf(arn: string): readonly Tag[] {
    const machine = store.stateMachines.find(parseStateMachineArn(arn).machineArn);
    if (!machine)
      throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, { resourceName: arn });
    return JSON.parse(machine.tags) as readonly Tag[]; // written by readTags
  }

  function save(arn: string, tags: readonly Tag[]) {
    if (tags.length > MAX_TAGS) {
      throw new ServiceError('TooManyTags', `Too many tags: a resource has at most ${MAX_TAGS}`, {
        resourceName: arn,
      });
    }
    store.stateMachines.setTags(parseStateMachineArn(arn).machineArn, JSON.stringify(tags));
    return {};
  }

  return {
    ListTagsForResource: (request: ApiRequest) => ({ tags: tagsOf(request.requiredString('resourceArn')) }),
    TagResource(request: ApiRequest) {
      const arn = request.requiredString('resourceArn');
      const added = readTags(request.array('tags'));
      const kept = tagsOf(arn).filter(({ key }) => !added.some((tag) => tag.key === key));
      return save(arn, [...kept, ...added]);
    },
    UntagResource(request: ApiRequest) {
      const arn = request.requiredString('resourceArn');
      const keys = (request.array('tagKeys') ?? []).map(String);
      return save(
        arn,
        tagsOf(arn).filter(({ key }) => !keys.includes(key)),
      );
    },
  };
}
