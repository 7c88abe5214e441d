import { z } from 'zod';

const whole = z.int({ error: 'is a whole number' }).min(1, 'is at least 1').optional();
const rules = {
  /** How long a read may take, tries together, and a write. */
  readTimeoutMs: whole,
  writeTimeoutMs: whole,
  /** The most that an answer may be. */
  maxAnswerBytes: whole,
  /** When a subgraph is no longer asked for a while, and how many calls may be under way: `breaker.ts`. */
  breaker: z.strictObject({ failures: whole, restMs: whole, atOnce: whole }).optional(),
};

/** What calls to subgraphs keep to; what is not said is as `guarded-call.ts` has it, and of one subgraph as of all. */
export const callShape = z.strictObject({ ...rules, subgraphs: z.record(z.string(), z.strictObject(rules)).optional() });

export type CallSettings = Readonly<z.infer<typeof callShape>>;
