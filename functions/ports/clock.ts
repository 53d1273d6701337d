/** Time, as everything that runs sees it: the machine's own, or a simulation's. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Calls back once when the milliseconds have passed; the answer cancels, and cancelling late or twice does nothing.
   */
  timer(milliseconds: number, callback: () => void): () => void;
  /**
   * Only on clocks that decide when time moves: marks work during which it must stand still, and answers its promise.
   */
  track?<T>(work: Promise<T> | (() => Promise<T>)): Promise<T>;
}
