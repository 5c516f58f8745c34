#!/usr/bin/env bash
# Does bcftools accept our VCF? `view` reads it, `norm -c e` fails on any REF that is not the reference's.
# Usage: .ci/vcf.sh HEARTH PACK_DIR   (simulates the genomes from the pack's own tree; one VCF for each)
set -euo pipefail
hearth=$1 pack=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo xtask corpus --pack "$pack" --count 200 --seed 7 --out "$scratch/in.fasta"
# Bad records are in the corpus on purpose: they have no VCF.
"$hearth" analyse --pack "$pack" --output-vcf "$scratch/vcf" "$scratch/in.fasta"

# bcftools writes its index beside the reference, so it gets a copy.
cp "$pack/reference.fasta" "$scratch/reference.fasta"
count() { grep -vc '^#' "$1" || true; }
files=0 variants=0
for vcf in "$scratch"/vcf/*.vcf; do
  bcftools view --output-type v "$vcf" > "$scratch/viewed.vcf"
  bcftools norm --check-ref e --fasta-ref "$scratch/reference.fasta" --output-type v "$vcf" \
    > "$scratch/normed.vcf" 2> "$scratch/normed.log" || { cat "$scratch/normed.log"; exit 1; }
  written=$(count "$vcf")
  [ "$written" = "$(count "$scratch/viewed.vcf")" ] || { echo "vcf: bcftools view lost lines of $vcf"; exit 1; }
  files=$((files + 1)) variants=$((variants + written))
done
echo "vcf: bcftools view and norm -c e accept $variants variants of $files genomes"
[ "$variants" -gt 0 ] || { echo "vcf: no variant was written"; exit 1; }
