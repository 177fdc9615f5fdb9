/** One difference between two versions of an API contract, as a client of the old one meets it. */
export interface Change {
  /** e.g. `response-property-removed`; waivers name it */
  readonly kind: string;
  readonly breaking: boolean;
  /** as the contract has it, e.g. `GET /jobs/{id}` */
  readonly operation: string;
  /** e.g. `response 200 application/json /user/id`; '' = the operation itself */
  readonly place: string;
  readonly message: string;
}
