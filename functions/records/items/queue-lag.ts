import { CONDUCTOR_HIDDEN_SECONDS } from '#ports/conductor-queue';
import type { Attributes } from '#ports/tables';
import { textOf } from '#wire/reading';

/** Under which a host's last dead letter is noted: what one host sends says nothing of the others. */
export const deadAtOf = (host: string): string => `dead_at#${host}`;

const URL = 'url';

/** What is noted of a way that has an address of its own. */
export const reachedBy = (url: string | undefined): Attributes => (url === undefined ? {} : { [URL]: url });

/** By which address the hosts of a cell have spoken last; undefined where none has ever spoken by one. */
export const lastUrlOf = (item: Attributes | undefined): string | undefined => textOf(item?.[URL]);

/**
 * Reads the item of a way to a cell, its queue or its function URL, for one of its hosts, times in epoch milliseconds;
 * a cell that nothing was noted of has none.
 */
export function queueLagItem(item: Attributes | undefined, host: string) {
  return {
    /** When the latest pulse that was read had been sent. */
    pulseSentAt: millisecondsOf(item, 'pulse_sent_at'),
    /** When it was read, and how long it had waited. */
    readAt: millisecondsOf(item, 'read_at'),
    lag: millisecondsOf(item, 'lag') ?? 0,
    /** When a record of a batch last failed. */
    failedAt: millisecondsOf(item, 'failed_at'),
    /** When pulses were read again after a time without any. */
    resumedAt: millisecondsOf(item, 'resumed_at'),
    /** When a record of the host was last put aside. */
    deadAt: millisecondsOf(item, deadAtOf(host)),
    hiddenSeconds: CONDUCTOR_HIDDEN_SECONDS,
  };
}

const millisecondsOf = (item: Attributes | undefined, name: string): number | undefined => {
  const value = item?.[name];
  return typeof value === 'number' ? value : undefined;
};
