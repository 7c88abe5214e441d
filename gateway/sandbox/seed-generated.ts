import { CommandError } from '../client/command.js';
import { grouped } from '../client/parallel.js';
import { type GeneratedMember, generate, generatedPoints } from './generator.js';
import { partnerIdentity, staffIdentity } from './identities.js';
import * as mutations from './mutations.js';
import type { Seeded, SeedSettings } from './seed.js';
import { send } from './send.js';

const hours12 = 43_200;
/** Members that are enrolled, linked and served together; all that is in memory at once. */
const wave = 500;

/** Enrols generated members and reports their purchases through the graph; the points granted must be those of the closed form. */
export async function seedGenerated(
  { ask, issuer, done }: Omit<SeedSettings, 'now'>,
  seed: number,
  count: number,
): Promise<Seeded & { readonly points: number }> {
  const admin = await issuer.issue(staffIdentity('admin', undefined, hours12));
  const total = { made: 0, present: 0, points: 0 };
  const tokens = new Map<string, string>();
  const tokenOf = async (partner: string): Promise<string> => {
    const known = tokens.get(partner) ?? (await issuer.issue(partnerIdentity(partner, hours12)));
    tokens.set(partner, known);
    return known;
  };
  let members = 0;
  for await (const group of grouped(generate(seed, count), wave)) {
    const sent = [
      await send(
        ask,
        admin,
        group.map(({ ref, name }) => mutations.enrolMember({ ref, name }, `seed:${ref}`)),
        { batch: 20 },
      ),
      await send(ask, admin, group.flatMap(links), { batch: 20 }),
    ];
    for (const [partner, writes] of byPartner(group)) {
      const reported = await send(ask, await tokenOf(partner), writes, { batch: 20 });
      total.points += reported.answers.reduce((sum, answer) => sum + mutations.pointsOf(answer), 0);
      sent.push(reported);
    }
    const made = sent.reduce((sum, step) => sum + step.made, 0);
    const present = sent.reduce((sum, step) => sum + step.present, 0);
    total.made += made;
    total.present += present;
    members += group.length;
    done?.(`${members} of ${count} generated members`, { answers: [], made, present });
  }
  const expected = [...generatedPoints(count).values()].reduce((sum, points) => sum + points, 0);
  if (total.points !== expected)
    throw new CommandError(`The graph granted ${total.points} points to generated members; ${expected} were expected`);
  return total;
}

const links = ({ ref, purchases }: GeneratedMember) =>
  purchases.map(({ partner }) => mutations.linkMember(ref, partner, `seed:${ref}:${partner}`));

function byPartner(members: readonly GeneratedMember[]): Map<string, ReturnType<typeof mutations.reportPurchase>[]> {
  const writes = new Map<string, ReturnType<typeof mutations.reportPurchase>[]>();
  for (const { ref, purchases } of members)
    for (const purchase of purchases) {
      const list = writes.get(purchase.partner) ?? [];
      list.push(mutations.reportPurchase(purchase, ref, `seed:${purchase.ref}`));
      writes.set(purchase.partner, list);
    }
  return writes;
}
