export const dynamic = "force-static"; // what nobody asks about again

export default function Inside() {
  return <p>Inside.</p>;
}
