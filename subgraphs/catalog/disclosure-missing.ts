import type { Language } from '../../schema/viewer.js';
import { DisclosureMissing } from '../kernel/gate-refusals.js';
import { say } from '../kernel/text.js';
import { as } from '../kernel/union.js';

export { DisclosureMissing } from '../kernel/gate-refusals.js';

export const disclosureMissing = (missing: readonly string[], language: Language): DisclosureMissing =>
  as(DisclosureMissing, {
    code: 'DISCLOSURE_MISSING',
    message: say(language, `未明示：${missing.join('、')}`, `Not disclosed: ${missing.join(', ')}`),
    missing,
  });
