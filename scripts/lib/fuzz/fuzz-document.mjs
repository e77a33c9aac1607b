/**
 * The OpenAPI document for one run: ids of paths are those of things that are there, so that calls
 * get past "not found", and what never ends or would end the run is left out.
 */
export function documentFor(document, known) {
  const paths = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (LEFT_OUT.has(operation.operationId)) continue;
      const parameters = operation.parameters.map((one) => {
        const values = one.in === 'path' && !ENDS_IT.has(operation.operationId) && known[one.name];
        return values ? { ...one, schema: { enum: values } } : one;
      });
      paths[path] = { ...paths[path], [method]: { ...operation, parameters } };
    }
  }
  return { ...document, paths };
}

/** Events go on for ever; a sign-out ends the session of all other calls. */
const LEFT_OUT = new Set(['projects.events', 'auth.signOut']);
/** Tried on things that are not there. */
const ENDS_IT = new Set(['projects.remove', 'members.remove', 'members.update', 'tokens.revoke']);
