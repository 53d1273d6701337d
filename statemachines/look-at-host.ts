/** What a wait is failed with that is to look at its host at once; caught like the wait's own time-out. */
export const LOOK_AT_HOST = 'LookAtHost';
