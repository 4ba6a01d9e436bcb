/** A labelled part of a finding. */
export interface Field {
  readonly label: string;
  readonly texts: readonly string[];
  /** Rows of names with an amount. */
  readonly rows?: readonly (readonly [string, string])[];
  /** Commands and requests, printed on lines of their own. */
  readonly commands?: readonly string[];
}

/** A field with one text. */
export function textField(label: string, value: string): Field {
  return { label, texts: [value] };
}

/** Objects and audits that a brief finding lists. */
export const briefCount = 3;
