import { CommandError } from '../../client/command.js';
import type { Stage } from './stage.js';
import { type Chapter, differences, factsText, factText, type Language } from './story.js';

/** Tells the chapters one step at a time and checks every number; the first that differs ends it with a sentence that names it. */
export async function tell(chapters: readonly Chapter[], stage: Stage, language: Language, write: (line: string) => void): Promise<number> {
  let told = 0;
  for (const [index, { title, source, steps }] of chapters.entries()) {
    write(`${index === 0 ? '' : '\n'}${index + 1}. ${title[language]}  [${source}]`);
    for (const { says, expects, act } of steps) {
      const answered = await act(stage);
      const [wrong] = differences(expects, answered);
      if (wrong) {
        write(`   ✗ ${says[language]}`);
        const { fact, expected } = wrong;
        throw new CommandError(
          language === 'zh'
            ? `应为「${factText(fact, expected, language)}」，系统答复为「${factText(fact, wrong.answered, language)}」`
            : `Expected was "${factText(fact, expected, language)}", the graph answered "${factText(fact, wrong.answered, language)}"`,
        );
      }
      write(`   ✓ ${says[language]}: ${factsText(expects, language)}`);
      told += 1;
    }
  }
  return told;
}
