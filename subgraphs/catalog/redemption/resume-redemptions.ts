import type { EntityManager } from '@mikro-orm/postgresql';
import type { Job, JobContext } from '../../kernel/subgraph.js';
import { run } from './advance.js';
import { finishReturn, takeAnyReturn } from './return-lines.js';
import { takeAny } from './saga-row.js';

const abreast = 4;

/** Carries on what a crash or a silent partner left open, several at a time; two instances never do the same one. */
export const resumeRedemptions: Job = {
  name: 'resume-redemptions',
  everyMs: 1_000,
  async run(context) {
    await Promise.all(Array.from({ length: abreast }, () => work({ ...context, em: context.em.fork() as EntityManager })));
  },
};

/** One worker: takes what is free until nothing is. What stays unanswered pauses, so it is not met twice in one run. */
async function work(context: JobContext): Promise<void> {
  const failures: unknown[] = [];
  for (let id = await takeAny(context.em); id !== null; id = await takeAny(context.em))
    await run(context, id).catch((error: unknown) => failures.push(error));
  for (let id = await takeAnyReturn(context.em); id !== null; id = await takeAnyReturn(context.em))
    await finishReturn(context, id).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
