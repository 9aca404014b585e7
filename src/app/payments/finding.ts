export interface BookFinding {
  readonly subject: string;
  readonly said: string;
  readonly outcome: string;
}
