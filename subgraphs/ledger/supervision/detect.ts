import type { EntityManager } from '@mikro-orm/postgresql';
import { addMs, dayMs, now } from '../../kernel/clock.js';
import { encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { addMembers, addPartners, addStep, openCase } from './case-store.js';
import { clearedAt, factsSince } from './read-facts.js';
import { type Group, groupsOf, partnersIn, scoreOf, type Signal, signalsOf, since } from './signals.js';
import { supervisionTerms } from './terms.js';

const watcher = 'job:look-through';

interface Finding {
  readonly group: Group;
  readonly signals: readonly Signal[];
  readonly score: number;
  readonly partners: readonly string[];
}

/**
 * Looks at the window once and opens a case for every group whose score says so. A group that has an open case already adds to it: one
 * case, however often and however many at once look. `wait`: for another look that is under way, else that one is enough. It holds nobody; that a person decides. Answers how many cases were opened.
 */
export function lookThrough(em: EntityManager, wait = false): Promise<number> {
  return em.transactional(async (tx) => {
    const lock = wait ? 'pg_advisory_xact_lock' : 'pg_try_advisory_xact_lock';
    const [{ mine } = { mine: false }] = await rows<{ mine: boolean | '' }>(tx, `select ${lock}(hashtext('tongdui look-through')) as mine`);
    if (mine === false) return 0; // Another instance is at it.
    let opened = 0;
    for (const finding of await findings(tx as EntityManager)) if (await record(tx as EntityManager, finding)) opened += 1;
    return opened;
  });
}

async function findings(tx: EntityManager): Promise<Finding[]> {
  const terms = await supervisionTerms(tx);
  const all = await factsSince(tx, addMs(await now(tx), -terms.windowDays * dayMs), terms);
  const members = groupsOf(all).flatMap((group) => group.members);
  const facts = since(all, await clearedAt(tx, members));
  return groupsOf(facts)
    .map((group): Finding => {
      const signals = signalsOf(group, facts, terms.signals);
      return { group, signals, score: scoreOf(signals), partners: partnersIn(group, facts) };
    })
    .filter(({ score }) => score >= terms.caseScore);
}

/** True where a case is new. An open case of any of the members is the group's; the oldest, where several have grown together. */
async function record(tx: EntityManager, { group, signals, score, partners }: Finding): Promise<boolean> {
  const [open] = await rows<{ id: string; signals: string }>(
    tx,
    `select c.id, c.signals from look_through_case c join case_member m on m.case_id = c.id
     where c.kind = 'PATTERN' and c.state <> 'CLEARED' and m.member_uid = any(?::uuid[]) order by c.id limit 1 for update of c`,
    [group.members],
  );
  if (!open) {
    const reason = signals
      .filter(({ hit }) => hit)
      .map(({ kind }) => kind)
      .join(', ');
    await openCase(tx, {
      kind: 'PATTERN',
      hub: group.hub,
      campaign: null,
      reason,
      signals,
      score,
      members: group.members,
      partners,
      by: watcher,
    });
    return true;
  }
  const more = (await addMembers(tx, open.id, group.members)) + (await addPartners(tx, open.id, partners));
  const evidence = encode(signals);
  if (evidence !== open.signals)
    await rows(tx, 'update look_through_case set signals = ?, score = ? where id = ?', [evidence, score, open.id]);
  if (more > 0) await addStep(tx, open.id, 'GREW', watcher, `${more}`);
  return false;
}

/** Late, twice or in two processes at once finds the same cases. */
export const lookThroughJob: Job = {
  name: 'look-through',
  everyMs: 60_000,
  async run({ em }) {
    await lookThrough(em);
  },
};
