import { memberStub } from '../member.stub.js';

/** The member to whom telecom adds bills, phone credit and data packs. */
export const Member = memberStub();
