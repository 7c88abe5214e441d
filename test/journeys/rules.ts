import { viewers } from '../support/viewers.js';
import type { Viewer } from '../../schema/viewer.js';
import { type Story, told } from './story.js';

/** Rows of the founding documents that these stories tell. */
export const rows = ['A14', 'A15', 'A19', 'A22', 'A26', 'A29', 'B3', 'B4', 'B9', 'B16', 'I1', 'I2', 'I7'] as const;

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');

const draftRule = `mutation ($input: DraftRuleInput!) {
  draftRule(input: $input) { __typename ... on RuleDrafted { rule { id } } ... on LintFailed { problems { code } } }
}`;
const publishRule = `mutation ($rule: ID!) {
  publishRule(rule: $rule) {
    __typename ... on RulePublished { rule { legalReferences } } ... on DisclosureMissing { missing } ... on LabelMismatch { claimed computed }
  }
}`;
const simulate = `query ($rule: ID!, $sample: [SamplePurchaseInput!], $months: SimulatedMonthsInput) {
  simulate(rule: $rule, sample: $sample, months: $months) {
    points extraPoints costFen costBasisPointsOfSales marginGuard { exceeded } liabilityEffect { points fen } rules { points rule { kind } }
  }
}`;
const projection = `query ($input: ProjectionInput!) {
  projection(input: $input) {
    reached { name month } earnedPoints realisedFen residualPoints residualFen totalFen credit { grantedFen appliedFen unusedFen }
  }
}`;
const accrue = `mutation ($programme: ID, $ref: String!, $purchase: String!, $lines: [PurchaseLineInput!]!) {
  accrue(programme: $programme, memberRef: $ref, purchaseRef: $purchase, lines: $lines) {
    __typename ... on Accrued { accrual { points rules { points rule { kind } } } } ... on Refusal { code }
  }
}`;

interface Draft {
  readonly __typename: string;
  readonly rule: { readonly id: string };
}

/** How purchases earn, who may say so, and what it would cost. */
export const rulesStory: Story = (graph) => {
  const ask = <T>(viewer: Viewer, document: string, variables: Record<string, unknown>, key?: string): Promise<T> =>
    told<T>(graph(), viewer, document, variables, key);
  const draft = (name: string, input: Record<string, unknown>): Promise<Draft> =>
    ask<Draft>(admin, draftRule, { input: { name, ...input } }, `rules-draft-${name}`);
  const publish = (name: string, rule: string): Promise<unknown> => ask(approver, publishRule, { rule }, `rules-publish-${name}`);
  const enrol = (partner: string, ref: string): Promise<unknown> =>
    ask(
      admin,
      'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }',
      { input: { partner, ref, name: '顾客' } },
      `rules-enrol-${partner}-${ref}`,
    );
  /** Of its own, so that what is published here changes nothing that other stories count. */
  const createProgramme = (input: { readonly id: string } & Record<string, unknown>): Promise<unknown> =>
    ask(
      admin,
      'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }',
      { input: { name: { zh: '规则', en: 'Rules' }, acceptance: { scope: 'ALL' }, ...input } },
      `rules-programme-${input.id}`,
    );
  const earns = async (partner: string, ref: string, line: Record<string, unknown>, programme?: string): Promise<unknown> => {
    const purchase = `${ref}-${JSON.stringify(line).replaceAll(/[^a-z0-9]/gi, '')}`;
    const lines = [{ sku: 'x', ...line }];
    const { accrual } = await ask<{ accrual?: { points: number; rules: { points: number; rule: { kind: string } }[] } }>(
      viewers.partner(partner),
      accrue,
      { programme, ref, purchase, lines },
      `rules-${purchase}`,
    );
    return accrual ? `${accrual.points}: ${accrual.rules.map(({ points, rule }) => `${rule.kind} ${points}`).join(', ')}` : null;
  };

  test('A26, A22, A19, B9: which rule gave how many points', async () => {
    await enrol('automotive', 'rules-a');
    await enrol('fashion', 'rules-b');
    await enrol('banking', 'rules-c');
    expect(await earns('automotive', 'rules-a', { fen: 100_000 })).toBe('1000: BASE 1000');
    expect(await earns('fashion', 'rules-b', { fen: 30_000, category: 'dress' })).toBe('600: BASE 300, BONUS 300');
    expect(await earns('fashion', 'rules-b', { fen: 10_000, certificate: 'GREEN' })).toBe('300: BASE 100, BONUS 200');
    const card = { fen: 10_000, event: 'SPEND', cardProduct: 'GREEN' };
    expect(await earns('banking', 'rules-c', { ...card, certificate: 'GREEN' })).toBe('300: BASE 100, BONUS 200');
    expect(await earns('banking', 'rules-c', card)).toBe('100: BASE 100');
    expect(await earns('banking', 'rules-c', { ...card, event: 'ADVANCE' })).toBeNull();
  });

  test('A14, A15: a bank has no rule without spending and none for an opening, not even by the operator', async () => {
    const rate = { points: 1, fen: 100 };
    for (const [name, input, code] of [
      ['any', { kind: 'BASE', rate }, 'SPEND_TRIGGER_MISSING'],
      ['advance', { kind: 'BASE', rate, event: 'ADVANCE' }, 'SPEND_TRIGGER_MISSING'],
      ['welcome', { kind: 'EVENT', event: 'OPENING', eventPoints: 1 }, 'OPENING_BONUS'],
    ] as const)
      expect(await draft(`bank-${name}`, { programme: 'BANK-P', ...input })).toEqual({ __typename: 'LintFailed', problems: [{ code }] });
  });

  test('I1: "1%" on ten points per yuan is 10 %, and is not published; the true 1 % is', async () => {
    await createProgramme({ id: 'RULES-T', issuer: 'telecom', value: { fen: 1, points: 1 }, expiry: { mode: 'NONE' } });
    const telecom = { programme: 'RULES-T', kind: 'BASE', basis: 'GROSS', claim: '返1%' };
    const wrong = await draft('i1-wrong', { ...telecom, rate: { points: 10, fen: 100 } });
    expect(await publish('i1-wrong', wrong.rule.id)).toEqual({
      __typename: 'LabelMismatch',
      claimed: '返1%',
      computed: '10.00 % give-back',
    });
    const right = await draft('i1-right', { ...telecom, rate: { points: 1, fen: 100 }, legalReferences: ['价格法第十四条'] });
    expect(await publish('i1-right', right.rule.id)).toEqual({
      __typename: 'RulePublished',
      rule: { legalReferences: ['价格法第十四条 †'] },
    });
    await enrol('telecom', 'rules-d');
    expect(await earns('telecom', 'rules-d', { fen: 10_000 }, 'RULES-T')).toBe('100: BASE 100');
  });

  test('B16: the miles say ratio, validity and limits; a programme that does not earns none', async () => {
    const miles = await ask<{ kind: string; disclosure: Record<string, string> }>(
      viewers.anonymous,
      '{ programme(id: "AIR-M") { kind disclosure { ratio validity limits } } }',
      {},
    );
    expect(miles).toMatchObject({ kind: 'MILES', disclosure: { ratio: expect.stringContaining('1 mile per 2 yuan') as string } });
    await createProgramme({
      id: 'RULES-M',
      issuer: 'airline',
      value: { fen: 5, points: 1 },
      kind: 'MILES',
      expiry: { mode: 'CALENDAR', monthDay: '12-31', months: 12 },
      disclosure: { ratio: '1:2' },
    });
    const { rule } = await draft('b16', { programme: 'RULES-M', kind: 'BASE', rate: { points: 1, fen: 200 } });
    expect(await publish('b16', rule.id)).toEqual({ __typename: 'DisclosureMissing', missing: ['validity', 'limits'] });
    await ask(
      admin,
      'mutation ($disclosure: ProgrammeDisclosureInput!) { setProgrammeTerms(programme: "RULES-M", disclosure: $disclosure) { __typename } }',
      { disclosure: { ratio: '1 mile per 2 yuan', validity: 'end of the year after next', limits: 'few seats' } },
      'rules-miles-terms',
    );
    expect(await publish('b16-again', rule.id)).toMatchObject({ __typename: 'RulePublished' });
    await enrol('airline', 'rules-e');
    expect(await earns('airline', 'rules-e', { fen: 60_100 }, 'RULES-M')).toBe('300: BASE 300');
  });

  test('I7: what a rule costs of the sales is said before it is published, and held against the bound', async () => {
    const guard = (basisPoints: number): Promise<unknown> =>
      ask(
        admin,
        'mutation ($guard: Int!) { setProgrammeTerms(programme: "AUTO-P", marginGuardBasisPoints: $guard) { __typename } }',
        { guard: basisPoints },
        `rules-guard-${basisPoints}`,
      );
    await guard(999);
    const { rule } = await draft('i7', { programme: 'AUTO-P', kind: 'BONUS', bonusBasisPoints: 10_000, category: 'rules-i7' });
    const sample = [{ lines: [{ sku: 'service', category: 'rules-i7', fen: 100_000 }] }];
    expect(await ask(admin, simulate, { rule: rule.id, sample })).toEqual({
      points: 2_000,
      extraPoints: 1_000,
      costFen: 10_000,
      costBasisPointsOfSales: 1_000,
      marginGuard: { exceeded: true },
      liabilityEffect: { points: 1_000, fen: 10_000 },
      rules: [
        { points: 1_000, rule: { kind: 'BASE' } },
        { points: 1_000, rule: { kind: 'BONUS' } },
      ],
    });
    await guard(1_000);
    expect(await ask(admin, simulate, { rule: rule.id, sample })).toMatchObject({ marginGuard: { exceeded: false } });
    await guard(-1);
  });

  test('A29: 1,000.00 a month at the garage: maintenances in months 5 and 10, 1,000.00 realised, 200.00 left, 1,200.00 in all', async () => {
    const thresholds = [{ name: 'maintenance', points: 5_000, fen: 50_000 }];
    expect(await ask(viewers.anonymous, projection, { input: { programme: 'AUTO-P', monthlyFen: 100_000, thresholds } })).toEqual({
      reached: [
        { name: 'maintenance', month: 5 },
        { name: 'maintenance', month: 10 },
      ],
      earnedPoints: 12_000,
      realisedFen: 100_000,
      residualPoints: 2_000,
      residualFen: 20_000,
      totalFen: 120_000,
      credit: { grantedFen: 0, appliedFen: 0, unusedFen: 0 },
    });
  });

  test.each([
    ['GROSS', { grantedFen: 12_000, appliedFen: 11_000, unusedFen: 1_000 }],
    ['NET', { grantedFen: 11_000, appliedFen: 10_000, unusedFen: 1_000 }],
  ])('B3, B4, I2: a year of bills of 100.00 under the %s basis: granted, applied and unused are three figures', async (basis, credit) => {
    const thresholds = [{ name: 'phone credit', points: 1_000, fen: 1_000, use: 'CREDIT' }];
    const input = { programme: 'TEL-P', monthlyFen: 10_000, basis, thresholds };
    expect(await ask(viewers.anonymous, projection, { input })).toMatchObject({ credit, totalFen: credit.grantedFen });
  });
};
