import { v7 as uuid } from 'uuid';
import { viewers } from '../../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const draft = `mutation ($input: DraftRuleInput!) {
  draftRule(input: $input) {
    __typename
    ... on RuleDrafted { replayed rule { id version name state basis rate { points fen } programme { id } } }
    ... on LintFailed { code problems { code detail } }
  }
}`;
const publish = `mutation ($rule: ID!) {
  publishRule(rule: $rule) { __typename ... on RulePublished { replayed rule { id state validFrom } } ... on SelfApproval { code message } }
}`;
const input = { programme: 'AUTO-P', name: 'service', kind: 'BASE', rate: { points: 1, fen: 100 } };
const admin = viewers.staff('admin');
const approver = viewers.staff('approver');

test('a draft earns nothing until somebody else publishes it; then it never changes', async () => {
  const drafted = (await ledger.write(admin, draft, { input })) as { rule: { id: string } };
  expect(drafted).toMatchObject({
    __typename: 'RuleDrafted',
    rule: { version: 1, state: 'DRAFT', basis: 'NET', rate: { points: 1, fen: 100 }, programme: { id: 'AUTO-P' } },
  });
  const { id } = drafted.rule;
  expect(await ledger.write(admin, publish, { rule: id })).toEqual({
    __typename: 'SelfApproval',
    code: 'SELF_APPROVAL',
    message: 'Nobody publishes what they drafted',
  });
  const rules = '{ programme(id: "AUTO-P") { rules { id state } } }';
  const known = async () => ((await ledger.ask(viewers.anonymous, rules)).data?.['programme'] as { rules: Row[] }).rules;
  expect((await known()).some((rule) => rule['id'] === id)).toBe(false);
  expect(await ledger.write(approver, publish, { rule: id }, 'p1')).toMatchObject({ replayed: false, rule: { state: 'PUBLISHED' } });
  expect(await ledger.write(approver, publish, { rule: id }, 'p1')).toMatchObject({ replayed: true });
  expect(await ledger.write(approver, publish, { rule: id }, 'p2')).toMatchObject({ replayed: true });
  await expect(ledger.sql(`update accrual_rule set rate_points = 9 where id = '${id}'`)).rejects.toThrow(/never changes/);
  const next = (await ledger.write(admin, draft, { input: { ...input, rate: { points: 2, fen: 100 } } })) as { rule: { id: string } };
  expect(next).toMatchObject({ rule: { version: 2 } });
  await ledger.write(approver, publish, { rule: next.rule.id });
  expect((await known()).filter((rule) => [id, next.rule.id].includes(rule['id'] as string)).map(({ state }) => state)).toEqual([
    'ENDED',
    'PUBLISHED',
  ]);
  expect(await ledger.accrue(uuid(), 'AUTO-P', 0, { lines: [{ sku: 'x', fen: 1000, category: 'service' }] })).toMatchObject({
    // The seeded rule gives a point per fen beside it.
    accrual: { points: 1_000 + 20 },
  });
});

test('two drafts of one name at once get two versions', async () => {
  const both = await Promise.all([1, 2, 3].map(() => ledger.write(admin, draft, { input: { ...input, name: 'race' } })));
  expect(new Set(both.map((answer) => (answer as { rule: { version: number } }).rule.version))).toEqual(new Set([1, 2, 3]));
});

test('a bank rule without spending is not kept', async () => {
  const answer = await ledger.write(admin, draft, { input: { ...input, programme: 'BANK-P' } });
  expect(answer).toMatchObject({ __typename: 'LintFailed', problems: [{ code: 'SPEND_TRIGGER_MISSING' }] });
});

test('partner staff write rules of their own programme only; partner systems write none', async () => {
  const codeOf = async (viewer: typeof admin, programme: string) =>
    (await ledger.ask(viewer, draft, { input: { ...input, programme } }, uuid())).errors?.[0]?.extensions?.['code'] ?? 'open';
  expect(await codeOf(viewers.partnerStaff('automotive'), 'AUTO-P')).toBe('open');
  expect(await codeOf(viewers.partnerStaff('telecom'), 'AUTO-P')).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('automotive', ['rules.write:own']) as never, 'AUTO-P')).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(admin, 'NO-P')).toBe('BAD_INPUT');
  expect((await ledger.ask(approver, publish, { rule: uuid() }, uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

describe('gates before a publication', () => {
  const gated = `mutation ($rule: ID!) {
    publishRule(rule: $rule) {
      __typename ... on RulePublished { rule { claim legalReferences } } ... on LintFailed { problems { code } }
      ... on DisclosureMissing { missing } ... on LabelMismatch { claimed computed mismatches { claimed } }
    }
  }`;
  const drafted = async (rule: Row): Promise<string> =>
    ((await ledger.write(admin, draft, { input: { ...input, name: uuid(), ...rule } })) as { rule: { id: string } }).rule.id;
  const published = async (rule: Row): Promise<Row> => ledger.write(approver, gated, { rule: await drafted(rule) });
  const tenPerYuan = { programme: 'TEL-P', rate: { points: 10, fen: 100 } };

  test('"1%" on ten points per yuan of 0.01 is refused with what it is; the true 1 % is one point per yuan', async () => {
    expect(await published({ ...tenPerYuan, claim: '1% back' })).toEqual({
      __typename: 'LabelMismatch',
      claimed: '1% back',
      computed: '10.00 % give-back',
      mismatches: [{ claimed: '1% back' }],
    });
    expect(await published({ ...tenPerYuan, claim: '10% back' })).toMatchObject({
      __typename: 'RulePublished',
      rule: { claim: '10% back' },
    });
    expect(await published({ ...tenPerYuan, rate: { points: 1, fen: 100 }, claim: '1% back' })).toMatchObject({
      __typename: 'RulePublished',
    });
    expect(await published({ ...tenPerYuan, name: 'Everybody gets 1%' })).toMatchObject({ __typename: 'LabelMismatch' });
  });

  test('references to the law are text, and marked for counsel', async () => {
    expect(await published({ legalReferences: ['Consumer Law art. 56', 'PIPL art. 24 †'] })).toMatchObject({
      rule: { legalReferences: ['Consumer Law art. 56 †', 'PIPL art. 24 †'] },
    });
  });

  test('miles name ratio, validity and limits first; all that is missing is listed', async () => {
    const create = `mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }`;
    const programme = { issuer: 'fashion', name: { zh: '里程', en: 'Miles' }, value: { fen: 5, points: 1 }, acceptance: { scope: 'ALL' } };
    const miles = {
      ...programme,
      id: 'MILE-P',
      kind: 'MILES',
      expiry: { mode: 'NONE' },
      disclosure: { ratio: '1 mile per 2 yuan', limits: '  ' },
    };
    await ledger.write(admin, create, { input: miles });
    const rule = await drafted({ programme: 'MILE-P', rate: { points: 1, fen: 200 } });
    expect(await ledger.write(approver, gated, { rule })).toEqual({ __typename: 'DisclosureMissing', missing: ['validity', 'limits'] });
    const terms = `mutation ($programme: ID!, $disclosure: ProgrammeDisclosureInput) {
      setProgrammeTerms(programme: $programme, disclosure: $disclosure) {
        ... on ProgrammeTermsSet { programme { disclosure { ratio validity limits } kind } }
      }
    }`;
    const disclosure = { ratio: '1 mile per 2 yuan', validity: 'never expire', limits: 'award seats are limited' };
    const own = viewers.partnerStaff('fashion');
    expect(await ledger.write(own, terms, { programme: 'MILE-P', disclosure })).toEqual({ programme: { disclosure, kind: 'MILES' } });
    expect(
      (await ledger.ask(viewers.partnerStaff('telecom'), terms, { programme: 'MILE-P', disclosure }, uuid())).errors?.[0]?.extensions?.[
        'code'
      ],
    ).toBe('FORBIDDEN_OPERATION');
    expect(await ledger.write(approver, gated, { rule })).toMatchObject({ __typename: 'RulePublished' });
  });

  describe('what is disclosed of miles stays so while they are earned', () => {
    const begin = Date.parse('2026-11-10T00:00:00Z');
    const at = (seconds: number) => new Date(begin + seconds * 1000).toISOString();
    const whole = { ratio: '1 mile per 2 yuan', validity: 'never expire', limits: 'award seats are limited' };
    const say = (programme: string, disclosure: Row): Promise<Row> =>
      ledger.write(
        admin,
        `mutation ($programme: ID!, $disclosure: ProgrammeDisclosureInput) { setProgrammeTerms(programme: $programme, disclosure: $disclosure) {
          __typename ... on ProgrammeTermsSet { programme { disclosure { ratio validity limits } } } ... on DisclosureMissing { code missing } } }`,
        { programme, disclosure },
      );
    const miles = (id: string, kind = 'MILES'): Promise<Row> =>
      ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
        input: {
          id,
          kind,
          issuer: 'fashion',
          name: { zh: '里程', en: 'Miles' },
          value: { fen: 5, points: 1 },
          expiry: { mode: 'NONE' },
          acceptance: { scope: 'ALL' },
          disclosure: whole,
        },
      });
    beforeEach(() => ledger.setClock(at(0)));

    test('a part is worded anew and leaves the others; none is taken back until the last rule is over', async () => {
      await miles('KEPT-M');
      const fare = { programme: 'KEPT-M', name: 'fare', rate: { points: 1, fen: 200 } };
      expect(await say('KEPT-M', { ratio: '' })).toMatchObject({ programme: { disclosure: { ...whole, ratio: null } } });
      expect(await say('KEPT-M', { ratio: '1:2', limits: null })).toMatchObject({ programme: { disclosure: { ...whole, ratio: '1:2' } } });
      expect(await published({ ...fare, validFrom: at(10), validUntil: at(20) })).toMatchObject({ __typename: 'RulePublished' });
      for (const seconds of [0, 10, 19]) {
        await ledger.setClock(at(seconds));
        expect(await say('KEPT-M', { ratio: ' ', limits: '' })).toEqual({
          __typename: 'DisclosureMissing',
          code: 'DISCLOSURE_MISSING',
          missing: ['ratio', 'limits'],
        });
      }
      expect(await say('KEPT-M', { limits: 'few seats' })).toMatchObject({
        programme: { disclosure: { ...whole, ratio: '1:2', limits: 'few seats' } },
      });
      await ledger.setClock(at(20));
      expect(await say('KEPT-M', { ratio: '' })).toMatchObject({ programme: { disclosure: { ratio: null, validity: whole.validity } } });
    });

    test('points need none', async () => {
      await miles('FREE-P', 'POINTS');
      expect(await published({ programme: 'FREE-P', name: 'any' })).toMatchObject({ __typename: 'RulePublished' });
      expect(await say('FREE-P', { ratio: '', validity: '', limits: '' })).toMatchObject({ __typename: 'ProgrammeTermsSet' });
    });

    test('a publication and the emptying at once: one of them, never both', async () => {
      for (const id of ['RACE1-M', 'RACE2-M', 'RACE3-M', 'RACE4-M']) {
        await miles(id);
        const rule = await drafted({ programme: id, name: 'fare' });
        const [emptied, live] = await Promise.all([say(id, { ratio: '' }), ledger.write(approver, gated, { rule })]);
        expect([emptied['__typename'], live['__typename']]).toEqual(
          live['__typename'] === 'RulePublished' ? ['DisclosureMissing', 'RulePublished'] : ['ProgrammeTermsSet', 'DisclosureMissing'],
        );
      }
    });
  });

  test('what runs changes by a newer version from a later date only', async () => {
    const name = uuid();
    await ledger.setClock('2026-11-10T00:00:00Z');
    const version = (validFrom?: string) => published({ name, ...(validFrom === undefined ? {} : { validFrom }) });
    expect(await version('2020-01-01T00:00:00Z')).toMatchObject({ __typename: 'RulePublished' });
    expect(await version('2026-11-09T23:59:59Z')).toEqual({ __typename: 'LintFailed', problems: [{ code: 'VERSION_BACKDATED' }] });
    expect(await version('2026-11-10T00:00:00Z')).toMatchObject({ __typename: 'RulePublished' });
    expect(await version()).toEqual({ __typename: 'LintFailed', problems: [{ code: 'VERSION_NOT_LATER' }] });
    expect(await version('2026-11-10T00:00:01Z')).toMatchObject({ __typename: 'RulePublished' });
    const [older, newer] = [
      await drafted({ name, validFrom: '2027-01-01T00:00:00Z' }),
      await drafted({ name, validFrom: '2027-02-01T00:00:00Z' }),
    ];
    expect(await ledger.write(approver, gated, { rule: newer })).toMatchObject({ __typename: 'RulePublished' });
    expect(await ledger.write(approver, gated, { rule: older })).toEqual({
      __typename: 'LintFailed',
      problems: [{ code: 'VERSION_SUPERSEDED' }],
    });
  });

  test('a new name takes no running place at once, nor backwards; from a second later it does, and bonuses begin when they like', async () => {
    await ledger.setClock('2026-11-10T00:00:00Z');
    await ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
      input: {
        id: 'SHELF-P',
        issuer: 'fashion',
        name: { zh: '书', en: 'Books' },
        value: { fen: 1, points: 1 },
        expiry: { mode: 'NONE' },
        acceptance: { scope: 'ALL' },
      },
    });
    const books = { programme: 'SHELF-P', name: 'books', rate: { points: 1, fen: 1000 }, category: 'book' };
    const refused = { __typename: 'LintFailed', problems: [{ code: 'BASE_DISPLACED' }] };
    const done = { __typename: 'RulePublished' };
    expect(await published({ programme: 'SHELF-P', name: 'all', validFrom: '2020-01-01T00:00:00Z' })).toMatchObject(done);
    for (const validFrom of ['2020-01-01T00:00:00Z', '2026-11-10T00:00:00Z', null])
      expect(await published({ ...books, validFrom })).toEqual(refused);
    const bonus = { programme: 'SHELF-P', kind: 'BONUS', rate: null, bonusBasisPoints: 10_000, category: 'toy' };
    expect(await published({ ...bonus, validFrom: '2020-01-01T00:00:00Z' })).toMatchObject(done);
    expect(await published({ ...books, validFrom: '2026-11-10T00:00:01Z' })).toMatchObject(done);
    const earns = async (at: string): Promise<unknown> => {
      const purchase = { partner: 'fashion', programme: 'SHELF-P', at, lines: [{ sku: 'b', category: 'book', fen: 10_000 }] };
      const accrual = 'mutation ($input: AccrueForInput!) { accrueFor(input: $input) { ... on Accrued { accrual { points } } } }';
      const variables = { input: { ...purchase, memberUid: uuid(), purchaseRef: uuid() } };
      return (await ledger.write({ ...viewers.partner('fashion'), via: 'fashion' }, accrual, variables))['accrual'];
    };
    await ledger.setClock('2026-11-10T00:00:02Z');
    expect(await earns('2026-11-10T00:00:00Z')).toEqual({ points: 100 });
    expect(await earns('2026-11-10T00:00:01Z')).toEqual({ points: 10 });
    // A newer version for the same purchases goes on with a place that it has.
    expect(await published({ ...books, validFrom: '2026-11-10T00:00:02Z' })).toMatchObject(done);
    expect(await published({ ...books, category: 'toy' })).toEqual({
      __typename: 'LintFailed',
      problems: [{ code: 'VERSION_NOT_LATER' }, { code: 'BASE_DISPLACED' }],
    });
  });

  test('two publications at once, under two keys: one rule, once', async () => {
    const rule = await drafted({});
    const answers = await Promise.all([1, 2, 3].map(() => ledger.write(approver, publish, { rule })));
    expect(answers.filter((answer) => answer['replayed'] === false)).toHaveLength(1);
    expect(answers.every((answer) => answer['__typename'] === 'RulePublished')).toBe(true);
  });

  test('no bank gives points for the opening of an account, whoever drafts it; the operator sets how many would be few', async () => {
    const opening = { programme: 'BANK-P', name: 'welcome', kind: 'EVENT', event: 'OPENING', rate: null, category: null, eventPoints: 100 };
    const write = () => ledger.write(admin, draft, { input: { ...input, ...opening } });
    const set = `mutation ($cap: Points) { setRuleGates(openingBonusCapPoints: $cap) { gates { openingBonusCapPoints simulationGroupFloor } } }`;
    expect(await write()).toMatchObject({ __typename: 'LintFailed', problems: [{ code: 'OPENING_BONUS' }] });
    expect((await ledger.ask(viewers.partnerStaff('banking'), set, { cap: 100 }, uuid())).errors?.[0]?.extensions?.['code']).toMatch(
      /^FORBIDDEN/,
    );
    expect(await ledger.write(admin, set, { cap: 100 })).toEqual({ gates: { openingBonusCapPoints: 100, simulationGroupFloor: 5 } });
    const kept = (await write()) as { rule: { id: string } };
    await ledger.write(admin, set, { cap: 99 });
    // The gate is asked again when it is published.
    expect(await ledger.write(approver, gated, { rule: kept.rule.id })).toEqual({
      __typename: 'LintFailed',
      problems: [{ code: 'OPENING_BONUS' }],
    });
    await ledger.write(admin, set, { cap: 0 });
  });

  test('all rules for an opening together give no more than the cap, at any time', async () => {
    const day = (n: number) => new Date(Date.parse('2026-11-10T00:00:00Z') + n * 86_400_000).toISOString();
    await ledger.setClock(day(0));
    await ledger.write(admin, 'mutation { setRuleGates(openingBonusCapPoints: 100) { replayed } }');
    const opening = { programme: 'BANK-P', kind: 'EVENT', event: 'OPENING', rate: null, category: null };
    const welcome = (name: string, eventPoints: number, more: Row = {}) => published({ ...opening, name, eventPoints, ...more });
    const refused = { __typename: 'LintFailed', problems: [{ code: 'OPENING_BONUS' }] };
    const done = { __typename: 'RulePublished' };
    expect(await welcome('a', 60, { validFrom: day(1), validUntil: day(10) })).toMatchObject(done);
    expect(await welcome('b', 41)).toEqual(refused);
    expect(await welcome('b', 41, { event: 'CARD_OPENING' })).toEqual(refused);
    expect(await welcome('b', 41, { validFrom: day(9), validUntil: day(11) })).toEqual(refused);
    // Before it and after it there is more room, and beside it as much as it leaves.
    expect(await welcome('before', 100, { validFrom: day(0), validUntil: day(1) })).toMatchObject(done);
    expect(await welcome('b', 40, { validFrom: day(1), validUntil: day(10) })).toMatchObject(done);
    expect(await welcome('after', 100, { validFrom: day(10), validUntil: day(20) })).toMatchObject(done);
    expect(await welcome('c', 1, { validFrom: day(5), validUntil: day(6) })).toEqual(refused);
    // A newer version of a name takes the place of its own.
    expect(await welcome('a', 61, { validFrom: day(2), validUntil: day(10) })).toEqual(refused);
    expect(await welcome('a', 30, { validFrom: day(2), validUntil: day(10) })).toMatchObject(done);
    expect(await welcome('c', 30, { validFrom: day(1), validUntil: day(3) })).toEqual(refused);
    expect(await welcome('c', 30, { validFrom: day(2), validUntil: day(10) })).toMatchObject(done);
    await ledger.write(admin, 'mutation { setRuleGates(openingBonusCapPoints: 0) { replayed } }');
  });

  test('two rules for an opening published at once: one of them', async () => {
    await ledger.setClock('2027-11-10T00:00:00Z');
    await ledger.write(admin, 'mutation { setRuleGates(openingBonusCapPoints: 100) { replayed } }');
    const opening = { programme: 'BANK-P', kind: 'EVENT', event: 'OPENING', rate: null, category: null, eventPoints: 100 };
    const both = [await drafted(opening), await drafted(opening)];
    const answers = await Promise.all(both.map((rule) => ledger.write(approver, gated, { rule })));
    expect(new Set(answers.map((answer) => answer['__typename']))).toEqual(new Set(['LintFailed', 'RulePublished']));
    await ledger.write(admin, 'mutation { setRuleGates(openingBonusCapPoints: 0) { replayed } }');
  });
});
