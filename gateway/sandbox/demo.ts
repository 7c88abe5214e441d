import { graphClient } from '../client/ask.js';
import { CommandError, defaultUrl, readOptions, runCommand } from '../client/command.js';
import { dataFolder } from '../../schema/data-folder.js';
import { cardChapter } from './demo/card.js';
import { crossIssuerChapter } from './demo/cross-issuer.js';
import { creditChapter } from './demo/credit.js';
import { flightChapter } from './demo/flight.js';
import { engagementChapter } from './demo/engagement.js';
import { tierChapter } from './demo/tier.js';
import { remindersChapter } from './demo/reminders.js';
import { donationChapter } from './demo/donation.js';
import { simulationChapter } from './demo/simulation.js';
import { ringChapter } from './demo/ring.js';
import { garageChapter } from './demo/garage.js';
import { offersChapter } from './demo/offers.js';
import { gateChapter } from './demo/offers-gate.js';
import { settlementChapter } from './demo/settlement.js';
import { stageOf } from './demo/stage.js';
import { telecomChapter } from './demo/telecom.js';
import { tell } from './demo/tell.js';
import { sandboxIssuer } from './issuer.js';
import { notRunning } from './member-token.js';
import { sandboxIds } from './secrets.js';

/** `npm run demo`: tells the founding documents' story against the running graph and checks every number of it. */
await runCommand(async () => {
  const { values } = readOptions(
    { options: { zh: { type: 'boolean', default: false }, url: { type: 'string' } } },
    'npm run demo -- [--zh] [--url …]',
  );
  const url = values.url ?? defaultUrl();
  const client = graphClient(url, { language: values.zh ? 'zh-CN' : 'en' });
  const folder = dataFolder();
  try {
    const seeded = await client.ask(null, '{ item(id: "basic-maintenance") { id } }');
    if (!seeded.data?.['item']) throw new CommandError('The graph that answers has no demo data: run npm run seed first');
    const stage = stageOf({ ask: client.ask, issuer: await sandboxIssuer(folder), ids: await sandboxIds(folder), run: newRun(new Date()) });
    const chapters = [
      telecomChapter(),
      garageChapter(),
      cardChapter(),
      crossIssuerChapter(),
      offersChapter(),
      gateChapter(),
      creditChapter(),
      flightChapter(),
      engagementChapter(),
      tierChapter(),
      remindersChapter(),
      donationChapter(),
      simulationChapter(),
      ringChapter(),
      settlementChapter(),
    ];
    const told = await tell(chapters, stage, values.zh ? 'zh' : 'en', (line) => process.stdout.write(`${line}\n`));
    process.stdout.write(values.zh ? `\n${told}步，数字全部相符。\n` : `\n${told} steps, every number as expected.\n`);
    return 0;
  } catch (error) {
    throw notRunning(error);
  } finally {
    await client.close();
  }
});

/** Milliseconds since 2026 in base 36: short, and never the same twice. */
function newRun(now: Date): string {
  return (now.getTime() - Date.UTC(2026, 0, 1)).toString(36);
}
