import type { Ask } from '../client/ask.js';
import type { Write } from '../client/writes.js';
import { type DemoMember, demoItems, demoMembers, demoPartners, demoProgrammes, demoRules } from './demo-data.js';
import { demoCauses, demoLabels } from './demo-causes.js';
import { demoBlocks } from './demo-blocks.js';
import { ringLectures, ringPolicy, ringTransfers } from './demo-supervision.js';
import { dayOf } from './demo-time.js';
import { agedDays, earlier } from './earlier.js';
import { partnerIdentity, staffIdentity } from './identities.js';
import type { SandboxIssuer } from './issuer.js';
import * as mutations from './mutations.js';
import { send, type Sent } from './send.js';

export interface SeedSettings {
  readonly ask: Ask;
  readonly issuer: Pick<SandboxIssuer, 'issue'>;
  /** Decides the dates of the purchases that are dated. */
  readonly now: Date;
  /** Told after each step. */
  readonly done?: (step: string, sent: Sent) => void;
}

/** Rows made now and rows that were there before. */
export interface Seeded {
  readonly made: number;
  readonly present: number;
}

/** Makes the demo data through the graph's own admin and partner mutations, and nothing else; run again, it changes nothing. */
export async function seedDemo({ ask, issuer, now, done }: SeedSettings): Promise<Seeded> {
  const admin = await issuer.issue(staffIdentity('admin'));
  const approver = await issuer.issue(staffIdentity('approver'));
  const total = { made: 0, present: 0 };
  const step = async (name: string, token: string, writes: readonly Write[], datedRows = false): Promise<Sent> => {
    const sent = await send(ask, token, writes, { datedRows });
    total.made += sent.made;
    total.present += sent.present;
    done?.(name, sent);
    return sent;
  };
  const members = demoMembers(dayOf(now));
  await step(
    'partners',
    admin,
    demoPartners.map((partner) => mutations.createPartner(partner, `seed:partner:${partner.id}`)),
  );
  await step(
    'programmes',
    admin,
    demoProgrammes.map((programme) => mutations.createProgramme(programme, `seed:programme:${programme.id}`)),
  );
  await step('programmes that partners earn in', admin, earnProgrammes());
  const drafts = await step(
    'rules drafted',
    admin,
    demoRules.map((rule, index) => mutations.draftRule(rule, `seed:rule:${index}`)),
  );
  await step(
    'rules published by a second person',
    approver,
    drafts.answers.map((draft, index) => mutations.publishRule((draft['rule'] as { id: string }).id, `seed:rule:${index}:publish`)),
  );
  const items = (): Promise<Sent> =>
    step(
      'items',
      admin,
      demoItems.map((item) => mutations.upsertItem(item, `seed:item:${item.id}`)),
    );
  // Only once: on a graph that has the demo data the clock is its user's.
  const present = (await ask(null, 'query ($id: ID!) { item(id: $id) { id } }', { id: demoItems[0]?.id })).data?.['item'];
  await (present ? items() : earlier(async (document, variables) => (await ask(null, document, variables)).data ?? null, agedDays, items));
  await step(
    'members',
    admin,
    members.map((member) => enrolment(member)),
  );
  await step(
    'links to partners',
    admin,
    members.flatMap((member) => links(member)),
  );
  await step('causes, labels, blocked categories and the policy of the ring', admin, [
    ...demoCauses,
    ...demoLabels,
    ...demoBlocks,
    ringPolicy,
  ]);
  for (const { id: partner } of demoPartners) {
    const token = await issuer.issue(partnerIdentity(partner));
    for (const dated of [false, true]) {
      const writes = openings(members, partner, dated, dayOf(now));
      if (writes.length > 0) await step(`purchases at ${partner}`, token, writes, dated);
    }
  }
  const baby = await issuer.issue(partnerIdentity('baby'));
  await step('lectures of the ring', baby, ringLectures);
  await step('transfers of the ring', baby, ringTransfers);
  return total;
}

const earnProgrammes = (): Write[] =>
  demoPartners.flatMap(({ id, earns }) => (earns === undefined ? [] : [mutations.setEarnProgramme(id, earns, `seed:earn:${id}`)]));

const enrolment = ({ ref, name, phone }: DemoMember): Write => mutations.enrolMember({ ref, name: name.zh, phone }, `seed:member:${ref}`);

const links = ({ ref, partners }: DemoMember): Write[] =>
  partners.map((partner) => mutations.linkMember(ref, partner, `seed:member:${ref}:${partner}`));

/** The opening purchases at one partner. Dated ones differ from day to day, so their keys name the day. */
const openings = (members: readonly DemoMember[], partner: string, dated: boolean, day: string): Write[] =>
  members.flatMap(({ ref, opening }) =>
    opening
      .filter((purchase) => purchase.partner === partner && (purchase.at !== undefined) === dated)
      .map((purchase) => mutations.reportPurchase(purchase, ref, `seed:purchase:${purchase.ref}${dated ? `:${day}` : ''}`)),
  );
