import { NOTHING_DROPPED, type PosteriorFamily } from './family.js';
import { point } from './point.js';

/** Deep ensemble (Lakshminarayanan 2017): every member is a sample, and there are no others. */
export function ensemble(members: number): PosteriorFamily {
  return {
    ...point,
    memberCount: members,
    sampleCount: (fitted) => fitted.members.length,
    sharesParameters: false,
    firstUncertainLayer: () => 0,
    weightMoments: () => null,
    sampleNetwork: (fitted, _network, index) => ({
      parameters: fitted.members[index % fitted.members.length]!.parameters,
      keep: NOTHING_DROPPED,
    }),
  };
}
