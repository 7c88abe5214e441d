import { memberStub } from '../member.stub.js';

/** The member to whom retail adds baskets and shipments. */
export const Member = memberStub();
