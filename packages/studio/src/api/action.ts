/** What an action tells whoever started it. */
export interface ActionResult {
  /** One sentence. */
  readonly message: string;
  /** The trace that the action made: the page leads to it. */
  readonly traceId?: string;
}

/** Something that the program behind the studio can be asked to do: a button on the page. */
export interface StudioAction {
  /** Names the action in its address, `/api/actions/{name}`; no other one has it. */
  readonly name: string;
  /** What the button says. */
  readonly label: string;
  /** What it does, in a sentence. */
  readonly description?: string;
  /** Does it. Never runs twice at once. What it rejects with is shown on the page by its message. */
  readonly run: () => Promise<ActionResult>;
}
