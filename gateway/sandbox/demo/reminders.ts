import { setTimeout as sleep } from 'node:timers/promises';
import type { Chapter } from './story.js';

/** B21: who has points that end is told in time. The demo data's own M-Kong, for a job makes reminders in its own time. */
export function remindersChapter(): Chapter {
  return {
    title: { en: 'Points that end: M-Kong is told', zh: '到期提醒：孔先生' },
    source: 'B21',
    steps: [
      {
        says: { en: '1,200 points 7 days before they end, 300 points 30 days before', zh: '1,200分提前7天提醒，300分提前30天提醒' },
        expects: { sevenDayPoints: 1_200, thirtyDayPoints: 300 },
        async act(stage) {
          for (let tries = 0; ; tries += 1) {
            const { me } = await stage.ask<{ me: { reminders: { nodes: { points: number; daysBefore: number }[] } } }>(
              { member: 'M-Kong' },
              '{ me { reminders(first: 100) { nodes { points daysBefore } } } }',
            );
            const told = (points: number, days: number) =>
              me.reminders.nodes.some((one) => one.points === points && one.daysBefore === days) ? points : null;
            const facts = { sevenDayPoints: told(1_200, 7), thirtyDayPoints: told(300, 30) };
            if (tries === 50 || Object.values(facts).every((points) => points !== null)) return facts;
            await sleep(200);
          }
        },
      },
    ],
  };
}
