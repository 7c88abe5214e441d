import { setTimeout as wait } from 'node:timers/promises';
import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';
import { memberNamed, type Story, told } from './story.js';

export const rows = 'F8 A19 B6 B7 B8 B25 G48';

const admin = viewers.staff('admin');
const edu = viewers.partner('edu');

interface Given {
  readonly __typename: string;
  readonly receipt: string;
  readonly fen: number;
  readonly donation: { readonly id: string };
}

interface Events {
  readonly nodes: readonly { readonly id: string; readonly data: object; readonly member: object | null }[];
  readonly pageInfo: { readonly endCursor: string };
}

/** F8, A19, B6–B8, B25: points given away, points that are green, and participation that is off. */
export const donationStory: Story = (graph) => {
  let donor: Viewer;
  let first: Given;
  let before: string;
  const donate = (cause: string, points: number, key: string): Promise<Given> =>
    told(
      graph(),
      donor,
      `mutation ($cause: ID!, $points: Points!) { donate(cause: $cause, programme: "TEL-P", points: $points) { __typename
        ... on Donated { receipt fen replayed donation { id state } } ... on BelowMinimum { minimumFen minimumPoints } ... on Refusal { code } } }`,
      { cause, points },
      key,
    );
  const cancel = (id: string, key: string): Promise<unknown> =>
    told(
      graph(),
      donor,
      'mutation ($id: ID!) { cancelDonation(donation: $id) { __typename ... on DonationCancelled { points donation { state } } ... on Refusal { code } } }',
      { id },
      key,
    );
  const balance = (): Promise<unknown> => told(graph(), donor, '{ me { balance(programme: "TEL-P") { available held } } }');

  test('B7, F8: 2,000 points are 20.00 for schooling, with one receipt, however often it was sent', async () => {
    await told(
      graph(),
      admin,
      'mutation { enrolMember(input: { partner: "operator", ref: "M-Donor", name: "捐赠人" }) { __typename } }',
      {},
      'donor-enrol',
    );
    for (const partner of ['telecom', 'edu', 'retailer'])
      await told(
        graph(),
        admin,
        'mutation ($partner: ID!) { linkMember(member: "operator/M-Donor", partner: $partner, ref: "M-Donor") { __typename } }',
        { partner },
        `donor-link-${partner}`,
      );
    await told(
      graph(),
      viewers.partner('telecom'),
      'mutation { accrue(memberRef: "M-Donor", purchaseRef: "donor-bill", lines: [{ sku: "bill", fen: 25000 }]) { __typename } }',
      {},
      'donor-bill',
    );
    donor = await memberNamed(graph(), 'M-Donor');
    before = (await told<Events>(graph(), edu, '{ events { pageInfo { endCursor } } }')).pageInfo.endCursor;
    expect(await donate('schooling', 99, 'donor-small')).toMatchObject({ __typename: 'BelowMinimum', minimumFen: 100, minimumPoints: 100 });
    const answers = await Promise.all([donate('schooling', 2_000, 'donor-gives'), donate('schooling', 2_000, 'donor-gives')]);
    first = await donate('schooling', 2_000, 'donor-gives');
    expect(first).toMatchObject({ __typename: 'Donated', fen: 2_000, donation: { state: 'GIVEN' } });
    expect(first.receipt).toMatch(/^EDU-\d{4}-\d{6}$/);
    expect(new Set(answers.map(({ donation }) => donation.id))).toEqual(new Set([first.donation.id]));
    expect(await balance()).toEqual({ balance: { available: 500, held: 0 } });
  });

  test('the charity is owed all of it, without a fee, and is not told who gave until the member agrees', async () => {
    const redemption = await told(
      graph(),
      edu,
      'query ($id: ID!) { redemption(id: $id) { obligations { debtor { id } creditor { id } fen feeFen netFen } } }',
      { id: first.donation.id },
    );
    expect(redemption).toEqual({
      obligations: [{ debtor: { id: 'telecom' }, creditor: { id: 'edu' }, fen: 2_000, feeFen: 0, netFen: 2_000 }],
    });
    const seen = () => graph().ask(edu, '{ donations(cause: "schooling") { nodes { receipt points fen donor { name } } } }');
    const page = () =>
      told<Events>(graph(), edu, 'query ($after: String) { events(after: $after) { nodes { id data member { id ref } } } }', {
        after: before,
      });
    // A page ends before what is younger than any transaction under way on the server, those of other tests included.
    const events = async (): Promise<Events> => {
      let found = await page();
      for (let tries = 0; found.nodes.length === 0 && tries < 200; tries += 1) {
        await wait(50);
        found = await page();
      }
      return found;
    };
    const heard = { redemption: first.donation.id, priceFen: 2_000, cashFen: 0 };
    const { nodes } = await events();
    expect(nodes).toMatchObject([{ data: heard, member: null }]);
    expect(nodes[0]?.data).not.toHaveProperty('member');
    const hidden = await seen();
    expect(hidden.data?.['donations']).toEqual({ nodes: [{ receipt: first.receipt, points: 2_000, fen: 2_000, donor: null }] });
    expect(hidden.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['CONSENT_REQUIRED']);
    await told(
      graph(),
      donor,
      'mutation { grantConsent(recipient: "edu", purpose: SERVICE, classes: [PII]) { __typename } }',
      {},
      'donor-agrees',
    );
    const shown = await seen();
    expect(shown.errors).toBeUndefined();
    expect(shown.data?.['donations']).toMatchObject({ nodes: [{ receipt: first.receipt, donor: { name: '捐赠人' } }] });
    expect((await events()).nodes[0]).toMatchObject({ data: { ...heard, member: expect.any(String) }, member: { ref: 'M-Donor' } });
    expect(await told(graph(), edu, 'query ($id: ID!) { event(id: $id) { member { ref } } }', { id: nodes[0]?.id })).toEqual({
      member: { ref: 'M-Donor' },
    });
  });

  test('cancelled while there is time the points are back; where there is none it stands', async () => {
    const second = await donate('environment', 300, 'donor-second');
    expect(await balance()).toEqual({ balance: { available: 200, held: 0 } });
    expect(await cancel(second.donation.id, 'donor-cancels')).toMatchObject({ points: 300, donation: { state: 'CANCELLED' } });
    expect(await balance()).toEqual({ balance: { available: 500, held: 0 } });
    expect(await cancel(second.donation.id, 'donor-cancels-again')).toMatchObject({ __typename: 'CancelledBefore' });
    await told(
      graph(),
      viewers.partner('env'),
      'mutation { createCause(input: { id: "at-once", name: { zh: "即时", en: "At once" }, cancelHours: 0 }) { __typename } }',
      {},
      'cause-at-once',
    );
    const third = await donate('at-once', 300, 'donor-third');
    expect(await cancel(third.donation.id, 'donor-too-late')).toEqual({ __typename: 'CutOffOver', code: 'CUT_OFF_OVER' });
    expect(await balance()).toEqual({ balance: { available: 200, held: 0 } });
  });

  test('A19: 100.00 of organic goods earn 300 green points', async () => {
    const basket = await told(
      graph(),
      viewers.partner('retailer'),
      `mutation { reportBasket(input: { memberRef: "M-Donor", basketRef: "organic", lines: [{ sku: "rice", category: "food", fen: 10000, certificate: "GREEN" }] }) {
        __typename ... on BasketReported { basket { accrual { points } } } ... on Refusal { code } } }`,
      {},
      'organic',
    );
    expect(basket).toEqual({ __typename: 'BasketReported', basket: { accrual: { points: 300 } } });
  });

  test('B6, B25: the coalition’s points are labelled green; the report is of months that are over', async () => {
    expect(await told(graph(), viewers.anonymous, '{ programme(id: "COAL-P") { labels } }')).toEqual({ labels: ['GREEN'] });
    const local = new Date(Date.parse(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }')) + 8 * 3_600_000);
    const month = (back: number): string =>
      new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back, 1)).toISOString().slice(0, 7);
    const report = (period: string): Promise<unknown> =>
      told(graph(), viewers.regulator, 'query ($period: ID!) { greenReport(period: $period) { over rows { points } } }', { period });
    expect(await report(month(0))).toEqual({ over: false, rows: [] });
    expect(await report(month(24))).toEqual({ over: true, rows: [] });
  });

  test('B8, G48: participation is off, and whoever asks is told so', async () => {
    const off = { __typename: 'ParticipationOff', code: 'PARTICIPATION_OFF' };
    const refusal = '__typename ... on Refusal { code }';
    expect(await told(graph(), donor, `{ me { participation { ${refusal} } } }`)).toEqual({ participation: off });
    expect(await told(graph(), donor, `{ participation(scheme: "AUTO-DIV") { ${refusal} } }`)).toEqual(off);
    expect(
      await told(graph(), donor, `mutation { acknowledgeRisk(scheme: "AUTO-DIV", version: 1) { ${refusal} } }`, {}, 'participation-off'),
    ).toEqual(off);
  });
};
