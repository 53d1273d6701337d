/** What is said of an option beside its values. */
export interface OptionText {
  /** One sentence: what it decides. */
  readonly says: string;
  /** What reads it. */
  readonly readBy: string;
  /** Unit of a number. @default none */
  readonly unit?: string;
  /** Nova's option, with its group where it has one. @default Nova has none */
  readonly nova?: string;
}

export const STEPS = 'workflow steps';
