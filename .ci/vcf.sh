#!/usr/bin/env bash
# Does bcftools accept our VCF? `view` reads it, `norm -c e` fails on any REF that is not the reference's.
# Usage: .ci/vcf.sh HEARTH PACK_DIR   (simulates the genomes from the pack's own tree)
set -euo pipefail
hearth=$1 pack=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo xtask corpus --pack "$pack" --count 200 --seed 7 --out "$scratch/in.fasta"
# Bad records are findings with an exit code of their own; the VCF must be whole all the same.
"$hearth" analyse --pack "$pack" --output-vcf "$scratch/out.vcf" "$scratch/in.fasta" ||
  echo "vcf: hearth ended with $? (bad records are in the corpus on purpose)"

# bcftools writes its index beside the reference, so it gets a copy.
cp "$pack/reference.fasta" "$scratch/reference.fasta"
bcftools view --output-type v "$scratch/out.vcf" > "$scratch/viewed.vcf"
bcftools norm --check-ref e --fasta-ref "$scratch/reference.fasta" --output-type v \
  "$scratch/out.vcf" > "$scratch/normed.vcf"

count() { grep -vc '^#' "$1" || true; }
written=$(count "$scratch/out.vcf") viewed=$(count "$scratch/viewed.vcf")
samples=$(bcftools query --list-samples "$scratch/out.vcf" | wc -l)
echo "vcf: $written variants in $samples samples; bcftools view gave back $viewed, norm -c e $(count "$scratch/normed.vcf")"
[ "$written" -gt 0 ] || { echo "vcf: no variant was written"; exit 1; }
[ "$written" = "$viewed" ] || { echo "vcf: bcftools view lost lines"; exit 1; }
