import { enumOf } from '../../kernel/enum.js';
import type { ReturnReason } from './returns.js';

export const ReturnReasonEnum = enumOf<ReturnReason>(
  'ReturnReason',
  'Why goods come back. That they were paid with points is no reason to refuse them.',
  {
    FAULTY: 'It does not work.',
    NOT_AS_DESCRIBED: 'It is not what was offered.',
    NOT_DELIVERED: 'It never came.',
    CHANGED_MIND: 'The member no longer wants it; not for what is used up by being delivered.',
    SERVICE_CANCELLED: 'The service does not take place.',
  },
);
