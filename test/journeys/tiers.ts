import { viewers } from '../support/viewers.js';
import { memberNamed, type Story, told } from './story.js';

/** A24: spending that grew is noticed before others do, with reasons that the member reads. */
export const tierStory: Story = (graph) => {
  const staff = viewers.partnerStaff('fashion');
  const steps = [
    { id: 'base', rank: 0, name: { zh: '普通会员', en: 'Member' } },
    { id: 'gold', rank: 1, name: { zh: '金卡会员', en: 'Gold' }, service: { zh: '专属顾问', en: 'A personal adviser' } },
  ];

  test('A24: M-Cao spent 3,000.00 and then 7,500.00 in 90-day windows: two and a half times, so gold is proposed', async () => {
    await told(
      graph(),
      staff,
      'mutation ($input: SetTiersInput!) { setTiers(input: $input) { ladder { version } } }',
      { input: { tiers: steps } },
      'tiers-ladder',
    );
    const { nodes } = await told<{ nodes: { ratioBasisPoints: number; reasons: { text: string }[]; member: { ref: string } }[] }>(
      graph(),
      staff,
      '{ highPotential { nodes { ratioBasisPoints reasons { text } member { ref } } } }',
    );
    expect(nodes).toEqual([
      {
        ratioBasisPoints: 25_000,
        reasons: [{ text: '7500.00 yuan spent in the last 90 days, 3000.00 in the 90 days before' }],
        member: { ref: 'M-Cao' },
      },
    ]);
    const proposed = { proposed: 1, raised: 0 };
    expect(await told(graph(), staff, 'mutation { proposeTiers { proposed raised } }', {}, 'tiers-propose')).toEqual(proposed);
  });

  test('A24: a person accepts, and the member reads where she stands and why; another shop reads nothing of it', async () => {
    const { nodes } = await told<{ nodes: { proposal: { id: string } }[] }>(
      graph(),
      staff,
      '{ highPotential { nodes { proposal { id } } } }',
    );
    const decided = await told(
      graph(),
      staff,
      'mutation ($id: ID!) { decideTier(proposal: $id, accept: true) { ... on TierDecided { proposal { state toTier { id } } } } }',
      { id: nodes[0]?.proposal.id },
      'tiers-decide',
    );
    expect(decided).toEqual({ proposal: { state: 'ACCEPTED', toTier: { id: 'gold' } } });
    const mine = '{ me { tiers { partner { id } tier { id service { en } } automated reasons { text } } } }';
    expect(await told(graph(), await memberNamed(graph(), 'M-Cao'), mine)).toEqual({
      tiers: [
        {
          partner: { id: 'fashion' },
          tier: { id: 'gold', service: { en: 'A personal adviser' } },
          automated: false,
          reasons: [{ text: '7500.00 yuan spent in the last 90 days, 3000.00 in the 90 days before' }],
        },
      ],
    });
    const elsewhere = await graph().ask(viewers.partnerStaff('coalition'), '{ member(ref: "M-Cao") { tier { tier { id } } } }');
    expect(elsewhere.data).toEqual({ member: { tier: null } });
  });
};
