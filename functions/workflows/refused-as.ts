/** How an execution ends whose request was refused, by the name of the error. */
export function refusedAs(error: string): 'busy' | 'deleted' | 'refused' {
  if (error === 'InstanceInvalidState') return 'busy';
  return error === 'InstanceNotFound' ? 'deleted' : 'refused';
}
