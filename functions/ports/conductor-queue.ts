/** Seconds for which a received message of a conductor queue stays hidden; what fails comes again after them. */
export const CONDUCTOR_VISIBILITY_SECONDS = 30;
