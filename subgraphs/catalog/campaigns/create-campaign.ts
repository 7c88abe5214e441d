import { DomainError, badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import { percentOf } from '../../kernel/stated.js';
import type { Context } from '../context.js';
import { Campaign, type CampaignBody } from './campaign.entity.js';
import { sound } from './parity.js';

export interface CampaignSpec extends CampaignBody {
  readonly id: string;
  readonly owner: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export type CreateOutcome =
  | { readonly kind: 'created'; readonly id: string; readonly version: number }
  | { readonly kind: 'refused'; readonly code: 'CAMPAIGN_TAKEN' };

/** Writes a campaign, or a new version of one. A draft is replaced by the next one; what is published stays as it is until a newer version begins. */
export async function createCampaign(context: Context, key: WriteKey, spec: CampaignSpec): Promise<Once<CreateOutcome>> {
  const { viewer, loaders } = context;
  if (viewer.kind !== 'staff') throw new DomainError('FORBIDDEN_OPERATION', 'Only staff write and publish campaigns');
  demand(spec);
  const { id, owner, startsAt, endsAt, ...body } = spec;
  for (const item of spec.items) {
    const found = await loaders.item.load(item);
    if (!found) throw badInput('There is no such item', { argument: 'items', item });
    // What is published of an item binds its prices, so only its owner and the operator say it.
    if (viewer.partner !== undefined && found.ownerId !== owner)
      throw badInput('A partner promotes its own items only', { argument: 'items', item });
  }
  return once<CreateOutcome>(context.em, key, spec, async (tx) => {
    await rows(tx, `select pg_advisory_xact_lock(hashtext(?))`, [`campaign ${id}`]);
    const [last] = await rows<{ owner_id: string; version: number; published: boolean }>(
      tx,
      'select owner_id, version, published_at is not null as published from campaign where id = ? order by version desc limit 1',
      [id],
    );
    if (last && last.owner_id !== owner) return { kind: 'refused', code: 'CAMPAIGN_TAKEN' };
    if (last && !last.published) await change(tx, 'delete from campaign where id = ? and version = ?', [id, last.version]);
    const version = (last?.version ?? 0) + 1;
    tx.create(Campaign, {
      id,
      version,
      ownerId: owner,
      body,
      startsAt,
      endsAt,
      draftedBy: viewer.sub,
      publishedBy: null,
      publishedAt: null,
    });
    await auditChange(tx, key, { partner: owner, before: null, after: { ...spec, version } });
    return { kind: 'created', id, version };
  });
}

const slug = /^[a-z0-9][a-z0-9-]{0,62}$/;
// As of a rule's claim: all of them are searched for numbers, again at every price of an item.
const longestText = 500;

function demand(spec: CampaignSpec): void {
  const { id, name, headline, claims, items, rules, startsAt, endsAt, windows } = spec;
  const many = 100;
  const requirements: readonly (readonly [boolean, string, string])[] = [
    [slug.test(id), 'id', 'A campaign id is 1 to 63 lower-case letters, digits and hyphens'],
    [
      [name, headline].every(({ zh, en }) => zh.trim() !== '' && en.trim() !== ''),
      'headline',
      'A campaign has a name and a headline in both languages',
    ],
    [startsAt < endsAt, 'endsAt', 'A campaign begins before it ends'],
    [
      claims.length <= many && items.length <= many && rules.length <= many,
      'items',
      `A campaign has at most ${many} claims, items and rules`,
    ],
    [
      claims.every(({ kind, percent, text }) =>
        kind === 'PERCENTAGE' ? percentOf(percent ?? '') !== null : kind === 'DOUBLE' || !!text?.trim(),
      ),
      'claims',
      'A claim of a percentage has a number such as +16.7, and one of free text has words',
    ],
    [!windows || (sound(windows.cash) && sound(windows.points)), 'windows', 'Days are 1 to 7, and hours and windows begin before they end'],
  ];
  for (const [holds, argument, message] of requirements) if (!holds) throw badInput(message, { argument });
  for (const [argument, text] of freeTextsOf(spec))
    if ((text?.length ?? 0) > longestText) throw badInput(`\`${argument}\` is at most ${longestText} characters`, { argument });
}

/** Everything that whoever writes a campaign words, with the argument that it came in. */
const freeTextsOf = ({ name, headline, claims, disclosure }: CampaignSpec): (readonly [argument: string, text: string | null])[] => [
  ['name', name.zh],
  ['name', name.en],
  ['headline', headline.zh],
  ['headline', headline.en],
  ...claims.flatMap(({ percent, text }) => [percent, text].map((words) => ['claims', words] as const)),
  ...Object.entries(disclosure ?? {}).map(([part, text]) => [`disclosure.${part}`, text] as const),
];
