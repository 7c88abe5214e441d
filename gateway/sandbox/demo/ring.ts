import type { Chapter } from './story.js';

const admin = { staff: 'admin' } as const;

/** A13: the demo data's ring. Eleven who bought nothing gave all their points to one. */
export function ringChapter(): Chapter {
  return {
    title: { en: 'Looking through: the ring of twelve', zh: '穿透式监管：十二人环' },
    source: 'A13',
    steps: [
      {
        says: { en: 'Eleven who bought nothing feed one: it is one case of twelve', zh: '十一人无消费却向一人转出积分：十二人合为一案' },
        expects: { cases: 1, members: 12, withoutPurchase: 11, senders: 11, recruitRewards: 0 },
        async act(stage) {
          await stage.ask(admin, 'mutation { lookThrough { opened } }');
          const { member } = await stage.ask<{ member: { id: string } }>(admin, '{ member(ref: "operator/M-Ring-01") { id } }');
          const { cases } = await stage.ask<{
            cases: {
              nodes: { kind: string; signals: { kind: string; value: number }[]; members: { member: string; hub: boolean }[] }[];
            };
          }>(admin, '{ cases(first: 100) { nodes { kind signals { kind value } members { member hub } } } }');
          const found = cases.nodes.filter(({ members }) => members.some((one) => one.hub && one.member === member.id));
          const value = (kind: string) => found[0]?.signals.find((signal) => signal.kind === kind)?.value ?? null;
          return {
            cases: found.length,
            members: found[0]?.members.length ?? null,
            withoutPurchase: value('NO_PURCHASE'),
            senders: value('FAN_IN'),
            recruitRewards: value('RECRUIT_REWARD'),
          };
        },
      },
    ],
  };
}
