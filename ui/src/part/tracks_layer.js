/* Tracks of ships as a layer of MapLibre, drawn by a shader that knows the time of every position.
 *
 * A slider that moves must not rebuild two hundred thousand points: so they go to the card once, as pairs of Mercator coordinates
 * with seconds, and the span is two numbers that the shader compares.  Each piece between two positions is one instance of a quad, made as
 * wide as a line should be on the screen; the same buffer is read twice, one position apart.  What lies outside the view or the span
 * is not sent to be drawn, hull by hull.
 *
 * Coordinates are relative to the middle of all, since a float holds seven digits and a street of the sea needs nine.
 */
const BEGINS = 16, SILENT = 8;          /* bits of a position's last number; below them the colour */
const STRIDE = 4;
export const PALETTE = [[.45, .47, .5], [0, .447, .698], [.835, .369, 0], [0, .62, .451], [.8, .475, .655], [.902, .624, 0], [.337, .706, .914]];

const vertex = `#version 300 es
precision highp float;
in vec4 a; in vec4 b;
uniform mat4 m; uniform vec2 size; uniform vec2 span; uniform vec3 colours[7]; uniform float ratio;
out float along; out vec4 colour; flat out int silent;
void main() {
        int f = int(b.w), c = f & 7;
        if ((f & ${BEGINS}) != 0 || b.z < span.x || a.z > span.y) { gl_Position = vec4(2., 2., 2., 1.); return; }
        float length_s = max(b.z - a.z, 1.);
        vec2 from = mix(a.xy, b.xy, clamp((span.x - a.z) / length_s, 0., 1.)), to = mix(a.xy, b.xy, clamp((span.y - a.z) / length_s, 0., 1.));
        vec4 p = m * vec4(from, 0., 1.), q = m * vec4(to, 0., 1.);
        vec2 s = p.xy / p.w * size * .5, e = q.xy / q.w * size * .5, d = e - s;
        float l = length(d);
        vec2 across = l > 0. ? vec2(-d.y, d.x) / l : vec2(0., 1.);
        bool end = gl_VertexID > 1;
        float side = (gl_VertexID & 1) == 0 ? -1. : 1., wide = (c == 0 ? .6 : 1.) * ratio;
        gl_Position = vec4(((end ? e : s) + across * side * wide) / (size * .5), 0., 1.);
        along = end ? l : 0.;
        silent = f & ${SILENT};
        colour = vec4(colours[c], c == 0 ? .55 : 1.);
}`;

const fragment = `#version 300 es
precision highp float;
in float along; in vec4 colour; flat in int silent;
uniform float ratio;
out vec4 o;
void main() {
        if (silent != 0 && mod(along, 6. * ratio) > 2.5 * ratio) discard;
        o = vec4(colour.rgb * colour.a, colour.a);
}`;

/* Web Mercator in 0..1, as MapLibre's matrix wants it. */
export function mercator([lon, lat]) {
        return [(lon + 180) / 360, .5 - Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360)) / (2 * Math.PI)];
}

function boxOf(features) {
        const box = [Infinity, Infinity, -Infinity, -Infinity];
        for (const f of features) for (const line of f.geometry.coordinates) for (const p of line) {
                box[0] = Math.min(box[0], p[0]); box[1] = Math.min(box[1], p[1]);
                box[2] = Math.max(box[2], p[0]); box[3] = Math.max(box[3], p[1]);
        }
        return box;
}

/* From the service's GeoJSON to one array, and where each hull's part of it is.  of: mmsi to colour, 0 for the others. */
export function packTracks(tracks, of) {
        let count = 0;
        for (const f of tracks.features) for (const line of f.geometry.coordinates) count += line.length;
        const at = new Float32Array((count + 1) * STRIDE), hulls = [];
        const box = boxOf(tracks.features), involved = tracks.features.filter(f => of(f.properties.mmsi));
        const middle = count ? mercator([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]) : [.5, .5];
        const first = Date.parse(tracks.from) / 1000;
        let n = 0;
        for (const f of tracks.features) {
                const colour = of(f.properties.mmsi);
                const hull = { ...f.properties, colour, at: n, west: 2, north: 2, east: -2, south: -2, from: Infinity, to: -Infinity };
                f.geometry.coordinates.forEach((line, k) => {
                        const silent = new Set(f.properties.silent[k]), seconds = f.properties.seconds[k];
                        line.forEach((p, i) => {
                                const [x, y] = mercator(p), t = seconds[i] - first;
                                at.set([x - middle[0], y - middle[1], t, colour + (i ? 0 : BEGINS) + (silent.has(i) ? SILENT : 0)], n * STRIDE);
                                hull.west = Math.min(hull.west, x); hull.east = Math.max(hull.east, x);
                                hull.north = Math.min(hull.north, y); hull.south = Math.max(hull.south, y);
                                hull.from = Math.min(hull.from, t); hull.to = Math.max(hull.to, t);
                                n++;
                        });
                });
                hull.end = n;
                delete hull.seconds; delete hull.silent;
                hulls.push(hull);
        }
        at[n * STRIDE + 3] = BEGINS;    /* the last position begins no piece */
        return { at, count: n, hulls, box, bright: involved.length ? boxOf(involved) : null, middle, first };
}

function program(gl) {
        const p = gl.createProgram();
        for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
                const s = gl.createShader(type);
                gl.shaderSource(s, text);
                gl.compileShader(s);
                gl.attachShader(p, s);
        }
        gl.bindAttribLocation(p, 0, "a");
        gl.bindAttribLocation(p, 1, "b");
        gl.linkProgram(p);
        if (!gl.getProgramParameter(p, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(p));
        return p;
}

/* m times a move by (x, y): in doubles, before it is cut to floats. */
function moved(m, x, y) {
        const out = Float64Array.from(m);
        for (let i = 0; i < 4; i++) out[12 + i] = m[i] * x + m[4 + i] * y + m[12 + i];
        return Float32Array.from(out);
}

export class TracksLayer {
        constructor(packed) {
                Object.assign(this, { id: "tracks", type: "custom", renderingMode: "2d", packed, span: [-1, 1e9], only: false });
        }

        onAdd(map, gl) {
                this.map = map;
                this.program = program(gl);
                this.uniform = Object.fromEntries(["m", "size", "span", "colours", "ratio"].map(name => [name, gl.getUniformLocation(this.program, name)]));
                this.buffer = gl.createBuffer();
                this.array = gl.createVertexArray();
                gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
                gl.bufferData(gl.ARRAY_BUFFER, this.packed.at, gl.STATIC_DRAW);
        }

        onRemove(map, gl) {
                gl.deleteBuffer(this.buffer);
                gl.deleteVertexArray(this.array);
                gl.deleteProgram(this.program);
        }

        isShown(h) {
                return h.to >= this.span[0] && h.from <= this.span[1] && !(this.only && h.colour === 0);
        }

        /* Hulls in the view and the span, neighbours of the buffer taken together; those that are coloured last, over the others. */
        runs() {
                const b = this.map.getBounds(), [west, north] = mercator([b.getWest(), b.getNorth()]), [east, south] = mercator([b.getEast(), b.getSouth()]);
                const grey = [], bright = [];
                for (const h of this.packed.hulls) {
                        if (!this.isShown(h) || h.east < west || h.west > east || h.south < north || h.north > south) continue;
                        const list = h.colour ? bright : grey, last = list[list.length - 1];
                        if (last && last[1] === h.at) last[1] = h.end;
                        else list.push([h.at, h.end]);
                }
                return [...grey, ...bright];
        }

        render(gl, args) {
                const u = this.uniform, ratio = devicePixelRatio || 1;
                const m = moved(args.defaultProjectionData.mainMatrix, ...this.packed.middle);
                gl.useProgram(this.program);
                gl.bindVertexArray(this.array);
                gl.uniformMatrix4fv(u.m, false, m);
                gl.uniform2f(u.size, gl.drawingBufferWidth, gl.drawingBufferHeight);
                gl.uniform2f(u.span, ...this.span);
                gl.uniform3fv(u.colours, PALETTE.flat());
                gl.uniform1f(u.ratio, ratio);
                gl.disable(gl.DEPTH_TEST);
                gl.disable(gl.STENCIL_TEST);
                gl.disable(gl.CULL_FACE);
                gl.enable(gl.BLEND);
                gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
                gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
                for (let i = 0; i < 2; i++) {
                        gl.enableVertexAttribArray(i);
                        gl.vertexAttribDivisor(i, 1);
                }
                for (const [from, to] of this.runs()) {
                        if (to - from < 2) continue;
                        for (let i = 0; i < 2; i++) gl.vertexAttribPointer(i, 4, gl.FLOAT, false, 4 * STRIDE, (from + i) * 4 * STRIDE);
                        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, to - from - 1);
                }
                gl.bindVertexArray(null);
        }

        /* The hull whose drawn line is nearest to a place, within so many Mercator units; undefined. */
        nearest(lngLat, within) {
                const [px, py] = mercator([lngLat.lng, lngLat.lat]), { at, middle } = this.packed;
                let best = within * within, found;
                for (const h of this.packed.hulls) {
                        if (!this.isShown(h) || px < h.west - within || px > h.east + within || py < h.north - within || py > h.south + within) continue;
                        for (let i = h.at + 1; i < h.end; i++) {
                                const a = (i - 1) * STRIDE, b = i * STRIDE;
                                if (at[b + 3] & BEGINS || at[b + 2] < this.span[0] || at[a + 2] > this.span[1]) continue;
                                const dx = at[b] - at[a], dy = at[b + 1] - at[a + 1], x = px - middle[0] - at[a], y = py - middle[1] - at[a + 1];
                                const t = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1)));
                                const d = (x - t * dx) ** 2 + (y - t * dy) ** 2;
                                if (d < best) { best = d; found = h; }
                        }
                }
                return found;
        }
}
