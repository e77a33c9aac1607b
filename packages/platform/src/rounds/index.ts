export { afterRoundEnds } from './after-round-ends.js';
export { cancelRound } from './cancel-round.js';
export { type RoundRequest, type RoundWish, requestRound } from './request-round.js';
