# The words of Hearth's pages, in English. Format: Fluent (projectfluent.org).
# Sentences for people who work at night: short, plain, and what to do.

## Head

title = Report on genomes: { $pathogen }
title-unmatched = Report on genomes: records of no known pathogen
fact-genomes = { $count ->
    [one] 1 genome
   *[other] { $count } genomes
}
fact-pack = compared with the pack { $name }
fact-pack-version = compared with the pack { $name }, version { $version }
prediction = What is said about assays is predicted from letters by published rules. It is no measurement.
demonstration = This pack is for demonstration and not for reporting.

headline-nothing = There was nothing to analyse.
headline-good = { $all ->
    [one] { $count ->
        [0] The genome is not good.
       *[other] The genome is good.
    }
   *[other] { $count } of { $all } genomes are good.
}
headline-attention = { $all ->
    [one] { $count ->
        [0] It needs no attention.
       *[other] It needs attention.
    }
   *[other] { $count ->
        [0] None needs attention.
        [one] 1 needs attention.
       *[other] { $count } need attention.
    }
}
headline-assays = { $count ->
    [0] No assay is in danger.
    [one] 1 assay is in danger.
   *[other] { $count } assays are in danger.
}

## Parts of the page

contents = On this page
part-glance = At a glance
part-time = Over time
part-mutations = Mutations
part-coverage = What was read
part-assays = Assays
part-clusters = Clusters
part-genomes = Genomes

numbers = The numbers
others = others

## Quality

card-quality = Quality
quality-drawing = Genomes by quality
status-good = good
status-mediocre = mediocre
status-bad = bad
status-unjudged = analysed
status-failed = not analysed

## Clades

card-clades = Clades
clades-drawing = Genomes by clade
clades-no-tree = The pack has no tree, so clades are not known.
clades-none = No genome has a clade.
clades-finer = { $name }: { $lineages }{ $more ->
    [0] .
   *[other] { " " }and { $more } more.
}

## Assays

card-assays = Assays in danger
assays-none = The pack brings no assays. Bring your own with --assays.
assays-no-genomes = No genome was analysed, so nothing is known of assays.
assays-safe = { $count ->
    [one] None: the one assay
   *[other] None: each of { $count } assays
} is without a predicted effect on at least 95 % of the genomes.
assays-more = And { $count } more, see the grid of assays. Confirm what they do not find with a second assay.
assays-confirm = Confirm what they do not find with a second assay.
share-with-interval = { $share } without a predicted effect: { $part } of { $all ->
    [one] 1 genome
   *[other] { $all } genomes
} (95 % interval { $low } to { $high })
blamed = { $mutation } in { $count ->
    [one] 1 genome
   *[other] { $count } genomes
}
blamed-since = { $mutation } in { $count ->
    [one] 1 genome
   *[other] { $count } genomes
}, since { $month }
to-blame = to blame: { $mutations }

## Attention

card-attention = Needs attention
attention-about = { $count ->
    [0] No genome needs attention.
    [one] 1 genome of { $all }
   *[other] { $count } genomes of { $all }
}
reason-failed = not analysed
reason-joined = with several genomes in one record
reason-mixture = suspected mixture, recombinant or artefact
reason-unread = with too much not read
reason-rearranged = with large insertions, deletions or copies
reason-frame-shift = with a frame shift
reason-stop = with a premature stop
reason-mixed = with many mixed letters
reason-crowded = with mutations that crowd in one place
reason-private = with many mutations that relatives lack
reason-assay = that an assay may miss
reason-note = with a note

## Over time

months-drawing = Genomes by month of collection and clade
years-drawing = Genomes by year of collection and clade
months-without = { $count ->
    [one] 1 genome has no month of collection and is not shown.
   *[other] { $count } genomes have no month of collection and are not shown.
}
years-left-out = { $count ->
    [one] 1 earlier year is not shown.
   *[other] { $count } earlier years are not shown.
}
time-how = When the specimens were collected is not known. To see clades over time, bring a table of names and dates: --metadata specimens.tsv

## Along the genome

mutations-drawing = Mutations along the genome, with genes and the oligos of assays
mutations-about = { $count ->
    [0] No genome differs from the reference.
    [one] 1 mutation was seen.
   *[other] { $count } different mutations were seen.
} Heights are shares of the genomes that were read there; what at least 1 % of all genomes have is drawn, and the most frequent are named.
legend-mutation = mutation
legend-danger = assay in danger, and a mutation to blame
legend-safe = other assays: amplicon and oligos
coverage-drawing = Share of genomes read along the genome
coverage-well = Each stretch was read in at least 90 % of the genomes.
coverage-low = Read least: { $stretches }.

## The grid of assays

grid-drawing = Share of genomes without a predicted effect, by assay and clade
grid-all = all
grid-legend = ✓ at least 95 % · ! at least 50 % · ✕ fewer · under each share the number of genomes that could be assessed
grid-left-out = { $count ->
    [one] 1 more assay is not shown; the tables of the run have it.
   *[other] { $count } more assays are not shown; the tables of the run have them.
}
grid-caution = Caution: specimens are often chosen for sequencing because a PCR found them. What that PCR misses is then not among the genomes, and its share looks better than it is.
pairs-safe = Pairs that together miss no genome: { $pairs }{ $more ->
    [0] .
   *[other] { " " }and { $more } more.
}
dropped-out = Amplicons that were not read, with the number of genomes: { $amplicons }{ $more ->
    [0] .
   *[other] { " " }and { $more } more.
}
pairs-best = No pair of assays finds all genomes. The best, { $pair }, misses { $missed } of { $all }.
not-assessable = could not be assessed

## Clusters

clusters-about = { $count ->
    [0] No two genomes are within { $threshold } letters of each other.
    [one] 1 cluster of genomes that hang together by at most { $threshold } letters.
   *[other] { $count } clusters of genomes that hang together by at most { $threshold } letters.
}{ $more ->
    [0] { "" }
   *[other] { " " }The { $shown } largest are shown.
}
batch-drawing = How the genomes of the batch hang together
cluster-drawing = Cluster { $number }: { $count } genomes
cluster-distances = { $most ->
    [0] All are the same.
   *[other] Joined at { $range ->
        [one] { $most } { $most ->
            [one] letter
           *[other] letters
        }
       *[several] { $least } to { $most } letters
    }.
}
leaf-shared = { $name } + { $count } more
clusters-caution = Near is not proof: genomes of one outbreak may be alike without contact between the cases, and N hide differences.
nearest-is = nearest{ $where ->
    [background] { " " }in the background
   *[batch] { "" }
}: { $name } ({ $distance ->
    [0] the same
    [one] 1 letter
   *[other] { $distance } letters
})

## Single genomes

lines-urgent = { $count ->
    [one] Needs attention: 1 genome
   *[other] Need attention: { $count } genomes
}
lines-other = { $count ->
    [one] Ready for use: 1 genome
   *[other] Ready for use: { $count } genomes
}
line-unnamed = (without a name)
lines-assays = Assays that lose more than a fifth of the batch are told above and not again on each line.
lines-left-out = The first { $shown } lines are shown, those that need attention before others. { $count ->
    [one] 1 more genome has
   *[other] { $count } more genomes have
} no line here; the tables of the run (--output-tsv) have all.

head-name = genome
head-clade = clade
head-status = quality
head-read = read
head-found = what was found
head-to-do = what to do
head-genomes = genomes
head-percent = share
head-time = collected
head-mutation = mutation
head-amino-acid = amino acid
head-percent-read = share of those read
head-positions = positions
head-share-read = genomes read there
head-genes = genes
head-assay = assay
head-share = without a predicted effect
head-blamed = to blame
head-dropped-out = amplicon not read

found-joined = several genomes joined: { $count } letters beyond one
found-mixture = suspected mixture, recombinant or assembly artefact: like { $left } before and { $right } after a breakpoint in { $place }
found-inserted = { $count } letters inserted
found-deleted = { $count } letters deleted in one piece ({ $place })
found-copied = { $count } letters after { $place } are a copy of another part
found-inverted = { $count } letters after { $place } are from the opposite strand
found-unread = { $share } not read
found-frame-shift = frame shift in { $places }
found-stop = premature stop in { $places }
found-mixed = { $count ->
    [one] 1 mixed letter
   *[other] { $count } mixed letters
}
found-crowded = mutations crowd at { $places }
found-private = { $count ->
    [one] 1 mutation
   *[other] { $count } mutations
} that its nearest relative lacks
found-assays = { $assays } may not detect it

do-use = Use it.
do-failed = Correct it or sequence it again: it was not analysed.
do-joined = Split the record: it holds several genomes.
do-mixture = Look at the reads before you use it.
do-unread = Sequence it again: { $share } was not read.
do-unread-some = Sequence it again if you can: { $share } was not read.
do-rearranged = Look at the reads where letters are gained or lost: a mistake of the assembly is likelier.
do-frame-shift = Look at the frame shift in { $places } before you submit it.
do-stop = Look at the premature stop in { $places } before you submit it.
do-mixed = Look for contamination: { $count ->
    [one] 1 letter is mixed.
   *[other] { $count } letters are mixed.
}
do-crowded = Look at the reads at { $places }: mutations crowd there.
do-private = Look for contamination or a wrong assembly: { $count ->
    [one] its nearest relative lacks 1 of its mutations.
   *[other] its nearest relative lacks { $count } of its mutations.
}
do-assays = Confirm with another target: { $assays } may not detect it.
do-bad = Do not rely on it: its quality is bad.
do-mediocre = Use it with care: its quality is mediocre.

## Roles, acts, kinds, audiences and states of records on the server

role-submit = submits
role-review = reviews
role-release = releases
role-curate = keeps documents and aid
role-administer = administers

act-submitted = submitted
act-analysed = analysed
act-approved = approved
act-sent-back = sent back
act-released = released
act-revised = revised
act-withdrawn = withdrawn
act-shared = shared
act-confirmed = confirmed
act-added = added
act-changed = changed
act-removed = removed
act-accepted = accepted
act-attested = stated
act-sent = sent
act-arrived = arrived
act-erased = erased by a rule of retention
act-rotated = key changed

kind-genome = genome
kind-batch = batch of genomes
kind-analysis = analysis
kind-document = document
kind-shipment = shipment
kind-figure = figure
kind-party = party
kind-person = person
kind-terms = terms
kind-share = share
kind-receipt = receipt
kind-ledger-key = key of the ledger

audience-own = only its own party
audience-everybody = everybody
audience-named = { $names }

batch-receiving = receiving
batch-analysing = analysing
batch-draft = draft
batch-in-review = waits for review
batch-sent-back = sent back
batch-approved = waits for release
batch-released = released
batch-withdrawn = withdrawn
batch-failed = could not be read

edition-draft = draft
edition-current = current
edition-superseded = a newer edition is there
edition-withdrawn = withdrawn

moved-planned = planned
moved-approved = approved
moved-sent = sent
moved-in-transit = on its way
moved-delivered = delivered
moved-cancelled = called off

error400 = This request could not be understood
error400-text = Something in the address or in the form is missing or not as expected.
error400-advice = Go back, look at what was filled in, and send it again.
error403 = You may not do this
error403-text = Your account does not have the right to see or do this.
error403-advice = Sign in with another account, or ask an administrator of your party for the role that it needs.
error404 = There is nothing here
error404-text = There is no such page, or you may not see it.
error404-advice = Look at the address, search for what you need, or sign in if you have an account.
error409 = Somebody was faster
error409-text = What you wanted to change was changed in the meantime.
error409-advice = Load the page again, look at what is new, and decide again. Nothing of yours was saved.
error413 = This is too large
error413-text = The files are larger than this server accepts in one go.
error413-advice = Split them and send the parts one after another, or use the program hearth submit, which goes on where it stopped.
error429 = Too many requests
error429-text = More was asked of this server in a short time than it answers for one party or one address.
error429-advice = Wait, then try again.
error500 = Something went wrong on this server
error500-text = The fault is the server's and not yours. Nothing that was acknowledged is lost.
error500-advice = Try again. If it stays, tell the operator the number below.
error503 = This server cannot answer just now
error503-text = Its database, its files or its disk cannot be used at the moment. Nothing that was acknowledged is lost.
error503-advice = Wait a little and try again. If it stays, tell the operator the number below.
