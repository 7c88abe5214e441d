import { walletOf } from './redeem.js';
import type { Chapter } from './story.js';

interface Given {
  readonly code?: string;
  readonly fen?: number;
  readonly receipt?: string;
  readonly donation?: { readonly id: string };
}

/** B7: points given to a charity, which is owed all of them. */
export function donationChapter(): Chapter {
  let donor = '';
  let given: Given = {};
  return {
    title: { en: 'A donation: points for schooling', zh: '积分公益：捐积分助学' },
    source: 'B7',
    steps: [
      {
        says: { en: '2,000 of 2,500 points are 20.00 for schooling, with a receipt', zh: '2,500分中捐出2,000分，即20元助学款，并有收据' },
        expects: { givenFen: 2_000, receipt: 'EDU-…', 'availablePoints TEL-P': 500 },
        async act(stage) {
          donor = await stage.enrol('M-Donor', 'telecom', 'edu');
          await stage.report(donor, { kind: 'BILL', partner: 'telecom', fen: 25_000, period: '2026-10' });
          const { donate } = await stage.ask<{ donate: Given }>(
            { member: donor },
            `mutation { donate(cause: "schooling", programme: "TEL-P", points: 2000) { __typename
              ... on Donated { receipt fen donation { id } } ... on Refusal { code message } } }`,
          );
          given = donate;
          return {
            givenFen: given.fen ?? null,
            receipt: given.receipt?.replace(/^EDU-\d{4}-\d{6}$/, 'EDU-…') ?? given.code ?? null,
            'availablePoints TEL-P': (await walletOf(stage, donor, 'TEL-P')).available,
          };
        },
      },
      {
        says: { en: 'The charity is owed all of it, without a fee', zh: '公益机构全额应收，不扣手续费' },
        expects: { debtor: 'telecom', creditor: 'edu', owedFen: 2_000, feeFen: 0, receivesFen: 2_000 },
        async act(stage) {
          const { redemption } = await stage.ask<{
            redemption: {
              obligations: { debtor: { id: string }; creditor: { id: string }; fen: number; feeFen: number; netFen: number }[];
            };
          }>(
            { partner: 'edu' },
            'query ($id: ID!) { redemption(id: $id) { obligations { debtor { id } creditor { id } fen feeFen netFen } } }',
            { id: given.donation?.id },
          );
          const [owed] = redemption.obligations;
          return {
            debtor: owed?.debtor.id ?? null,
            creditor: owed?.creditor.id ?? null,
            owedFen: owed?.fen ?? null,
            feeFen: owed?.feeFen ?? null,
            receivesFen: owed?.netFen ?? null,
          };
        },
      },
    ],
  };
}
