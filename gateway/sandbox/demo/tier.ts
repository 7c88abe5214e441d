import { CommandError } from '../../client/command.js';
import type { Stage } from './stage.js';
import type { Chapter } from './story.js';

const admin = { staff: 'admin' } as const;

interface Potential {
  readonly member: { readonly ref: string };
  readonly ratioBasisPoints: number;
  readonly proposal: { readonly id: string } | null;
}

interface Potentials {
  readonly nodes: readonly Potential[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** A24: spending that grew is noticed, and a person decides. */
export function tierChapter(): Chapter {
  let cao = '';
  return {
    title: { en: 'One tier up: M-Cao buys more', zh: '潜力会员：曹女士消费增长' },
    source: 'A24',
    steps: [
      {
        says: {
          en: '3,000.00 and then 7,500.00 in 90 days each: two and a half times, so a step up is proposed',
          zh: '前90天3,000元，近90天7,500元：增长至2.5倍，系统建议升级',
        },
        expects: { ratio: 2.5, proposal: 'OPEN' },
        async act(stage) {
          cao = await stage.enrol('M-Cao', 'fashion', 'coalition');
          const { sandboxClock } = await stage.ask<{ sandboxClock: string }>(admin, '{ sandboxClock }');
          const ago = (days: number) => new Date(Date.parse(sandboxClock) - days * 86_400_000).toISOString();
          const basket = { kind: 'BASKET', partner: 'fashion', sku: 'daily-goods', category: 'daily' } as const;
          await stage.report(cao, { ...basket, fen: 300_000, at: ago(135) });
          await stage.report(cao, { ...basket, fen: 750_000, at: ago(45) });
          const service = { zh: '专属顾问', en: 'A personal adviser' };
          const tiers = [
            { id: 'base', rank: 0, name: { zh: '普通会员', en: 'Member' } },
            { id: 'gold', rank: 1, name: { zh: '金卡会员', en: 'Gold' }, service },
          ];
          await stage.ask(admin, 'mutation ($input: SetTiersInput!) { setTiers(input: $input) { ladder { version } } }', {
            input: { partner: 'fashion', tiers },
          });
          await stage.ask(admin, 'mutation { proposeTiers(partner: "fashion") { proposed } }');
          const { ratioBasisPoints, proposal } = await potentialOf(stage, cao);
          return { ratio: ratioBasisPoints / 10_000, proposal: proposal === null ? 'none' : 'OPEN' };
        },
      },
      {
        says: { en: 'A person accepts; the member reads where she stands and why', zh: '人工确认后，本人可见等级与理由' },
        expects: { tier: 'gold', reason: '7500.00 / 3000.00' },
        async act(stage) {
          const { proposal } = await potentialOf(stage, cao);
          await stage.ask(
            admin,
            'mutation ($id: ID!) { decideTier(partner: "fashion", proposal: $id, accept: true) { __typename ... on Refusal { code message } } }',
            { id: proposal?.id },
          );
          const { me } = await stage.ask<{ me: { tiers: { tier: { id: string }; reasons: { text: string }[] }[] } }>(
            { member: cao },
            '{ me { tiers { tier { id } reasons { text } } } }',
          );
          const [standing] = me.tiers;
          // In English or Chinese, the two amounts are the ones with a decimal point.
          return { tier: standing?.tier.id ?? null, reason: standing?.reasons[0]?.text.match(/\d+\.\d\d/g)?.join(' / ') ?? null };
        },
      },
    ],
  };
}

/** Of all whose spending grew, this member; earlier runs left theirs. */
async function potentialOf(stage: Stage, ref: string): Promise<Potential> {
  for (let after: string | null = null; ;) {
    const { highPotential }: { highPotential: Potentials } = await stage.ask(
      { partner: 'fashion', staff: 'partner-admin' },
      'query ($after: String) { highPotential(first: 100, after: $after) { nodes { member { ref } ratioBasisPoints proposal { id } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const found = highPotential.nodes.find(({ member }) => member.ref === ref);
    if (found) return found;
    if (!highPotential.pageInfo.hasNextPage) throw new CommandError(`${ref} is not among the customers who buy more`);
    after = highPotential.pageInfo.endCursor;
  }
}
