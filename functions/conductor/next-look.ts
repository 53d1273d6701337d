/** How an execution waits for a host, as its state carries it. */
export interface Waiting {
  /** Seconds until the next look. */
  readonly wait_seconds: number;
  /** Seconds that were waited before this wait; absent before the first look. */
  readonly waited_seconds?: number;
}

/** The longest time between two looks. */
const MOST_SECONDS = 1800;

/**
 * The wait after a look that found nothing: a tenth of the time waited so far, at most half an hour, and never less
 * than the first. So a host that works for a month is looked at some 1,500 times, which an execution's history of
 * 25,000 events holds, and an end is noticed late by a tenth at most where nothing reports it earlier.
 *
 * @param firstSeconds the setting `waitSeconds`
 */
export function nextLook({ wait_seconds, waited_seconds = 0 }: Waiting, firstSeconds: number): Required<Waiting> {
  const waited = waited_seconds + wait_seconds;
  return {
    waited_seconds: waited,
    wait_seconds: Math.max(firstSeconds, Math.min(MOST_SECONDS, Math.floor(waited / 10))),
  };
}
