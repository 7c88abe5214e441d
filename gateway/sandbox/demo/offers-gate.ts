import type { Chapter, Step } from './story.js';

const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();

/** A11, A12, I4, B15: what a campaign must state, may claim, and cannot take from who pays points. */
export function gateChapter(): Chapter {
  const disclosure = { threshold: '100,000 SHOP-P', accrualRule: '1 point per yuan', expiry: '12 months', limits: '1 per member' };
  const attempt = (says: Step['says'], id: string, input: object, expects: Step['expects']): Step => ({
    says,
    expects,
    async act(stage) {
      const campaign = `${id}-${stage.run}`.slice(0, 60);
      await stage.ask(
        { staff: 'admin' },
        'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename ... on Refusal { code message } } }',
        {
          input: {
            id: campaign,
            owner: 'shop',
            name: { zh: '活动', en: 'Campaign' },
            headline: { zh: '积分换手机', en: 'Points get you a phone' },
            startsAt: days(0),
            endsAt: days(30),
            disclosure,
            ...input,
          },
        },
      );
      const { publish } = await stage.ask<{
        publish: { __typename: string; missing?: string[]; differences?: { lacking: string }[]; campaign?: { headline: { en: string } } };
      }>(
        { staff: 'approver' },
        `mutation ($campaign: ID!) { publish(campaign: $campaign) { __typename ... on Published { campaign { headline { en } } }
          ... on DisclosureMissing { missing } ... on ParityViolation { differences { lacking } } } }`,
        { campaign },
      );
      const detail =
        publish.missing?.join(', ') ?? publish.differences?.map(({ lacking }) => lacking).join(', ') ?? publish.campaign?.headline.en;
      return { code: publish.__typename, problem: detail ?? null };
    },
  });
  const open = { hours: [{ from: '08:00', until: '18:00' }] };
  return {
    title: { en: 'The publish gate', zh: '活动发布前的核查' },
    source: 'A11, A12, I4, B15',
    steps: [
      attempt(
        { en: 'A phone for points, the threshold unstated: refused', zh: '“积分换手机”未明示门槛：不予发布' },
        'phone',
        { disclosure: { ...disclosure, threshold: null } },
        {
          code: 'DisclosureMissing',
          problem: 'threshold',
        },
      ),
      attempt(
        { en: 'With 100,000 stated it is published, and the headline carries it', zh: '明示100,000分后发布，标题附门槛' },
        'phone',
        {},
        {
          code: 'Published',
          problem: 'Points get you a phone (from: 100,000 SHOP-P)',
        },
      ),
      attempt(
        { en: '"Double" where nothing is doubled: refused', zh: '并未加倍却称“加倍兑换”：不予发布' },
        'double',
        { headline: { zh: '加倍兑换', en: 'Double redemption' } },
        {
          code: 'LabelMismatch',
        },
      ),
      attempt(
        { en: 'Scenic tickets for points with shorter hours: refused', zh: '积分门票入园时段更短：不予发布' },
        'scenic',
        { owner: 'scenic', windows: { cash: open, points: { hours: [{ from: '09:30', until: '18:00' }] } } },
        {
          code: 'ParityViolation',
          problem: '08:00-09:30',
        },
      ),
      attempt(
        { en: 'With equal hours: published', zh: '时段一致：发布' },
        'scenic',
        { owner: 'scenic', windows: { cash: open, points: open } },
        { code: 'Published' },
      ),
    ],
  };
}
