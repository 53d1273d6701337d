/** Nova's text of a time: seconds, UTC. `milliseconds` counts from the epoch. */
export const isoSeconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
