import { memberStub } from '../member.stub.js';

/** The member to whom automotive adds service orders and vouchers. */
export const Member = memberStub();
