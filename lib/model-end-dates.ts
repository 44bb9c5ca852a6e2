// The models of OpenAI whose end is announced, from one dated file (infrastructure/generate/model-end-dates.ts).
import dates from './model-end-dates.json' with { type: 'json' };
import { DEFAULT_MODEL } from './model-settings.ts';

const ends = new Map(Object.entries(dates.shutdown_dates));

/** What a warning of a model says; undefined when no end is announced. */
export function modelEnd(model: string): { message: string; hint: string } | undefined {
  const date = ends.get(model);
  return date === undefined
    ? undefined
    : {
        message: `OpenAI shuts the model ${model} down on ${date}`,
        hint: `Name another model, such as ${DEFAULT_MODEL}, or none (as of ${dates.as_of}, ${dates.source}).`,
      };
}
