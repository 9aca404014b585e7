export interface Discrepancy {
  readonly subject: string;
  readonly said: string;
  readonly outcome: string;
}
