import { type Answer, type Ask, codeOf } from '../client/ask.js';
import { CommandError } from '../client/command.js';
import { grouped, inParallel } from '../client/parallel.js';
import { retrying } from '../client/retry.js';
import { aliasOf, documentOf, type Write } from '../client/writes.js';

/** What one write answered: a member of the mutation's result union. */
export type Written = Readonly<Record<string, unknown>> & { readonly __typename: string };

export interface Sent {
  readonly answers: readonly Written[];
  /** Writes that changed something now. */
  readonly made: number;
  /** Writes that the graph had before, under this key or another. */
  readonly present: number;
}

/** Refusals that say: it is there already. Keys live 30 days, rows longer; and who has sent all its points on has none to send again. */
const presentTypes: ReadonlySet<string> = new Set([
  'PartnerExists',
  'ProgrammeExists',
  'AlreadyEnrolled',
  'CauseExists',
  'InsufficientPoints',
]);

export interface SendOptions {
  readonly batch?: number;
  readonly parallel?: number;
  /** Takes "the key or the reference was used with another body" for "there already": for rows that carry the day of the seed. */
  readonly datedRows?: boolean;
}

/** Sends writes that may happen in any order, several in a document and several documents at once; any refusal ends it with a sentence. */
export async function send(ask: Ask, token: string, writes: readonly Write[], options: SendOptions = {}): Promise<Sent> {
  const { parallel = 8, datedRows = false } = options;
  const batch = datedRows ? 1 : (options.batch ?? 10);
  const patiently = retrying(ask);
  const answers: Written[] = [];
  let present = 0;
  const documents = inParallel(grouped(writes, batch), parallel, async (group) => {
    const { query, variables } = documentOf(group);
    const answer = await patiently(token, query, variables);
    return group.map((write, index) => ({ write, written: writtenOf(answer, write, index, datedRows) }));
  });
  for await (const document of documents) {
    for (const { write, written } of document) {
      if ('code' in written && !presentTypes.has(written.__typename))
        throw new CommandError(
          `The graph refused ${write.field} "${write.key}": ${String(written['message'])} (${String(written['code'])})`,
        );
      if (written['replayed'] === true || presentTypes.has(written.__typename)) present += 1;
      answers.push(written);
    }
  }
  return { answers, made: answers.length - present, present };
}

function writtenOf(answer: Answer, write: Write, index: number, datedRows: boolean): Written {
  const written = answer.data?.[aliasOf(index)] as Written | null | undefined;
  if (written) return written;
  const errors = answer.errors ?? [];
  const error = errors.find(({ path }) => path?.[0] === aliasOf(index)) ?? errors[0];
  if (datedRows && error && codeOf(error) === 'IDEMPOTENCY_CONFLICT') return { __typename: 'Present', replayed: true };
  throw new CommandError(
    `The graph did not take ${write.field} "${write.key}": ${error ? `${error.message} (${codeOf(error)})` : 'no answer'}`,
  );
}
