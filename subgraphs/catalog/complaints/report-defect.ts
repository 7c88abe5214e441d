import { v7 as uuid, validate } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import { change, rows } from '../../kernel/sql.js';
import { type Context, versionKey } from '../context.js';
import { withdraw } from '../items/withdraw-item.js';
import { policyOf } from '../policies/read-policy.js';
import { differencesOf, type Feature, isBeyondLimit } from './complaint.js';
import { complaintFacts } from './complaint-store.js';

export interface DefectWish {
  readonly redemption: string;
  readonly line: number;
  readonly text: string;
  readonly delivered: readonly Feature[];
}

export type DefectOutcome =
  | { readonly kind: 'reported'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'DEFECT_KNOWN' };

/** Keeps a complaint about a redeemed line, once per line; the item leaves the list where too many orders have one. */
export async function reportDefect(context: Context, key: WriteKey, wish: DefectWish): Promise<Once<DefectOutcome>> {
  const { viewer, loaders } = context;
  const redemption = validate(wish.redemption) ? await loaders.redemption.load(wish.redemption) : null;
  if (!redemption) throw badInput('There is no such redemption', { argument: 'redemption' });
  if (viewer.kind !== 'member') mustActFor(viewer, 'redeem.reverse', redemption.acceptorId);
  if (redemption.step !== 'COMPLETED') throw badInput('Only what was delivered can be defective', { argument: 'redemption' });
  const line = (await loaders.redemptionLines.load(redemption.id)).find(({ line: number }) => number === wish.line);
  if (!line) throw badInput('The redemption has no such line', { argument: 'line' });
  if (wish.text.trim() === '' || wish.text.length > 2_000)
    throw badInput('Say in 1 to 2000 characters what is wrong', { argument: 'text' });
  if (wish.delivered.length > 50) throw badInput('At most 50 features', { argument: 'delivered' });
  const advertised = await loaders.itemVersion.load(versionKey(line.itemId, line.itemVersion));
  return once<DefectOutcome>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select 1 as locked from shelf where item = ? for update', [line.itemId]);
    const id = uuid();
    const kept = await change(
      tx,
      `insert into complaint (id, redemption_id, line, item_id, item_version, supplier, acceptor_id, member_uid, reported_by, text, delivered, differences, at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, clock()) on conflict (redemption_id, line) do nothing`,
      [
        id,
        redemption.id,
        line.line,
        line.itemId,
        line.itemVersion,
        advertised?.supplier ?? null,
        redemption.acceptorId,
        redemption.memberUid,
        key.principal,
        wish.text,
        encode(wish.delivered),
        encode(differencesOf(advertised?.specification ?? [], wish.delivered)),
      ],
    );
    if (kept === 0) return { kind: 'refused', code: 'DEFECT_KNOWN' };
    const facts = await complaintFacts(tx, line.itemId);
    if (isBeyondLimit(facts, await policyOf(tx, redemption.acceptorId))) {
      const reason = { zh: '投诉率达到上限', en: 'So many orders had a complaint that it left the list' };
      const left = await withdraw(tx, line.itemId, 'COMPLAINTS', reason);
      if (left)
        await auditChange(tx, key, {
          partner: redemption.acceptorId,
          before: { item: line.itemId },
          after: { delisted: line.itemId, ...facts },
        });
    }
    return { kind: 'reported', id };
  });
}
