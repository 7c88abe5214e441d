import type { DeliveryDesk } from '../deliver.js';
import { receipt, shipment, voucher } from '../handovers.js';
import { addCredit, takeBackCredit } from './phone-credit.js';

/** What telecom delivers. */
export const desk: DeliveryDesk = {
  kinds: {
    PHONE_CREDIT: { ...receipt, detail: ({ amount, quantity }) => `CNY ${((amount * quantity) / 100).toFixed(2)}` },
    DATA_PACK: { ...receipt, detail: ({ amount, quantity }) => `${amount * quantity} GB` },
    COUPON: voucher,
    GOODS: shipment,
  },
  delivered: addCredit,
  withdrawn: takeBackCredit,
};
