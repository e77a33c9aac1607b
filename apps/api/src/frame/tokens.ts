/** Names under which shared parts are injected. */
export const CONFIG = Symbol('config');
export const DATABASE = Symbol('database');
export const EVENT_FEED = Symbol('event feed');
export const LOGGER = Symbol('logger');
export const OBJECT_STORE = Symbol('object store');
