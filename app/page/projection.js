/* The round world on a plane, and what is drawn below all points: coasts, meridians, the edge. Knows no
   language and no screen; one unit is the radius of the globe, y runs down. */

const Plane = (() => {
  const A = [1.340264, -.081106, .000893, .003796], M = Math.sqrt(3) / 2, RADIANS = Math.PI / 180;
  const WIDE = 2.7066, TALL = 1.3174; // half the width and height of the projected world

  function project(longitude, latitude) { // Equal Earth (Šavrič, Patterson, Jenny 2018); degrees
    const t = Math.asin(M * Math.sin(latitude * RADIANS)), t2 = t * t, t6 = t2 * t2 * t2;
    return [longitude * RADIANS * Math.cos(t) / (M * (A[0] + 3 * A[1] * t2 + t6 * (7 * A[2] + 9 * A[3] * t2))),
      -t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2))];
  }

  const turned = (longitude, centre) => ((longitude - centre + 540) % 360 + 360) % 360 - 180;

  function shores(coast, centre) { // rings of the land; what lies beyond the edge lies on it
    const rings = [];
    for (const steps of coast) {
      const ring = [];
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) ring.push([(x += steps[i]) / 10, (y += steps[i + 1]) / 10]);
      const west = Math.min(...ring.map(p => p[0])), east = Math.max(...ring.map(p => p[0]));
      for (const turn of [-360, 0, 360]) {
        if (east + turn - centre <= -180 || west + turn - centre >= 180) continue;
        rings.push(ring.map(([lon, lat]) => project(Math.max(-180, Math.min(180, lon + turn - centre)), lat)));
      }
    }
    return rings;
  }

  function graticule() {
    const lines = [], up = [];
    for (let lat = -90; lat <= 90; lat += 5) up.push(lat);
    for (let lon = -150; lon <= 150; lon += 30) lines.push(up.map(lat => project(lon, lat)));
    for (const lat of [-60, -30, 0, 30, 60]) lines.push([project(-180, lat), project(180, lat)]);
    return lines;
  }

  function edge() {
    const up = [];
    for (let lat = -90; lat <= 90; lat += 3) up.push(lat);
    return [[...up.map(lat => project(180, lat)), ...up.reverse().map(lat => project(-180, lat))]];
  }

  const traced = (rings, end) =>
    rings.map(ring => "M" + ring.map(([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`).join("L") + end).join("");

  return { WIDE, TALL, project, turned, BALL: traced(edge(), "Z"), GRID: traced(graticule(), ""),
    shore: (coast, centre) => traced(shores(coast, centre), "Z") };
})();
