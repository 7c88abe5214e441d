import { memberStub } from '../member.stub.js';

/** The member to whom travel adds bookings and tickets. */
export const Member = memberStub();
