import { viewers } from '../support/viewers.js';
import { memberNamed, type Story, told } from './story.js';

/** A1, F9: what a member agreed to is a receipt, opens what it names to whom it names, and closes with the next read. A10: what a campaign came to. */
export const rightsStory: Story = (graph) => {
  const garage = viewers.partner('automotive');
  const balance = '{ member(ref: "M-Yan") { balance(programme: "COAL-P") { available } } }';
  let receipt = '';

  test('A1: a consent is a receipt: who may use which data, for what, from when, until when', async () => {
    const yan = await memberNamed(graph(), 'M-Yan');
    const closed = await graph().ask(garage, balance);
    expect([closed.data, closed.errors?.[0]?.extensions?.['code']]).toEqual([{ member: { balance: null } }, 'CONSENT_REQUIRED']);
    const { consent } = await told<{ consent: { id: string; from: string } }>(
      graph(),
      yan,
      `mutation { grantConsent(recipient: "automotive", purpose: SERVICE, classes: [SHARED], until: "2099-01-01T00:00:00+08:00") {
        ... on ConsentGranted { consent { id recipient purpose classes from until } } } }`,
      {},
      'rights-grant',
    );
    expect(consent).toEqual({
      id: expect.any(String),
      recipient: 'automotive',
      purpose: 'SERVICE',
      classes: ['SHARED'],
      from: expect.any(String),
      until: '2098-12-31T16:00:00.000Z',
    });
    receipt = consent.id;
    expect((await graph().ask(garage, balance)).data).toMatchObject({ member: { balance: { available: expect.any(Number) } } });
    // It says who, and it is nobody else's.
    expect((await graph().ask(viewers.partner('telecom'), balance)).data).toEqual({ member: null });
  });

  test('A1, F9: withdrawn, the next read is closed', async () => {
    const yan = await memberNamed(graph(), 'M-Yan');
    await told(graph(), yan, 'mutation ($id: ID!) { withdrawConsent(id: $id) { effectiveAt } }', { id: receipt }, 'rights-withdraw');
    const closed = await graph().ask(garage, balance);
    expect([closed.data, closed.errors?.[0]?.extensions?.['code']]).toEqual([{ member: { balance: null } }, 'CONSENT_REQUIRED']);
  });

  test('A10: the credit festival: 470,000,000.00 of 200,000 members are 2,350.00 each', async () => {
    const admin = viewers.staff();
    const day = 86_400_000;
    const input = {
      id: 'credit-festival',
      owner: 'coalition',
      name: { zh: '信用年货节', en: 'Credit New-Year festival' },
      headline: { zh: '守信有礼', en: 'Good credit, good gifts' },
      startsAt: new Date(Date.now() - day).toISOString(),
      endsAt: new Date(Date.now() + 30 * day).toISOString(),
      disclosure: { threshold: '5,000 COAL-P', accrualRule: '1 point per yuan', expiry: '12 months', limits: 'none' },
    };
    await told(
      graph(),
      admin,
      'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename } }',
      { input },
      'festival-draft',
    );
    await told(
      graph(),
      viewers.staff('approver'),
      'mutation { publish(campaign: "credit-festival") { __typename } }',
      {},
      'festival-publish',
    );
    const record = `mutation { recordCampaignResult(campaign: "credit-festival", members: 200000, salesFen: 47000000000, points: 0) {
      report { members salesFen salesPerMemberFen } } }`;
    expect(await told(graph(), admin, record, {}, 'festival-result')).toEqual({
      report: { members: 200_000, salesFen: 47_000_000_000, salesPerMemberFen: 235_000 },
    });
  });
};
