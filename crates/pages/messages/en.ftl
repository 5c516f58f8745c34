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

audience-own = its own party only
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
error410 = This is no longer here
error410-text = It was withdrawn or destroyed.
error410-advice = Its page and the ledger say what happened, as far as you may see them. Ask whoever shared it for what stands now.
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

## Pages of the server: what is made of several parts

save = Save
nav-genomes = Genomes
nav-submit = Submit
nav-batches = Submissions
nav-documents = Documents
nav-aid = Aid
nav-figures = Figures
nav-parties = Parties
nav-ledger = Ledger
paging-told = { $first } to { $last } of { $all }
paging-uncounted = { $first } to { $last }
sign-in-wrong = User name or password is wrong.
sign-in-too-many = Too many attempts. Wait { $count ->
    [one] 1 second
   *[other] { $count } seconds
} and try again.
sign-in-ended = Your session ended. Sign in again; what you did is saved.
sign-in-refused = The single sign-on did not confirm who you are. Try again, or sign in with a password.
seen-now = visible to { $audience }
seen-later = to be visible to { $audience } when it is released
release-now = This makes { $count ->
    [one] 1 genome
   *[other] { $count } genomes
} visible to { $audience } under the terms { $terms }.
release-embargoed = This makes { $count ->
    [one] 1 genome
   *[other] { $count } genomes
} visible to { $audience } under the terms { $terms }, from { $date } on. Until then only your party sees them.
control-empty = The negative control { $name } is empty, as it should be.
control-not-empty = The negative control { $name } is not empty: { $share } of a genome was read in it. The run may be contaminated; look at it before anything is released.
control-read = The positive control { $name } was read to { $share }, as it should be.
control-not-read = The positive control { $name } was read to { $share } only. The run may have failed.
same-sequence = same sequence
same-sample = same sample
same-name = same name
state-unreleased = Not released: only its own party sees it.
state-embargoed = Under embargo until { $date }: only its own party sees it.
state-withdrawn = Withdrawn on { $date }. Do not use it. The reason: { $reason }
state-sent-back = Sent back, to be put right in a next version. The reason: { $reason }
drawing-genome = { $name } against the reference: { $count ->
    [one] 1 substitution
   *[other] { $count } substitutions
}, { $deletions } deleted and { $insertions } inserted stretches, { $share } not read
tip-deleted = { $place } deleted
tip-inserted = after { $place } inserted: { $letters }
tip-missing = { $place } not read
assay-no-effect = no predicted effect
assay-not-assessable = could not be assessed
assay-possible = may be less sensitive
assay-probable = probably fails
credit-originating = Specimen from
credit-sequencing = Sequenced by
credit-submitting = Submitted by
changed-metadata = metadata
changed-sequence = sequence
proof-told = verified: entry { $entry } under head { $head } of { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
proof-unnumbered = verified: under head { $head } of { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
member-now = since { $since }
member-then = { $since } to { $until }
reach-everybody = everybody
reach-partners = named partners only
reach-own = its own party only
confirmed-of = { $confirmed } of { $all } confirmed
figure-counted-kind = counted
figure-attested-kind = stated

## layout

skip = To the content
simulated = Simulated data
simulated-text = This server is a demonstration. Nothing on it is real, and nothing on it is for reporting.
sign-out = Sign out
sign-in = Sign in
navigation = Pages of this server
made-by = This server keeps a ledger: whatever is shown here can be proved.
to-ledger = The ledger
to-terms = Terms

## parts

paging-label = Parts of the list
paging-previous = Back
paging-next = More
problems-head = This is not saved yet.
history-none = Nothing happened yet.
history-entry = entry
work-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
work-since = since { $date }
work-progress = analysed
share-confirmed = confirmed { $date }
share-waits = not confirmed
confirm-receipt = Confirm receipt
shares-none = Nothing that you may see.
share-what = What
share-other = Other party
share-sent = Sent
share-receipt = Receipt
terms-may-embargo = records may have an embargo
terms-must-accept = must be accepted before a download
terms-bound = records may not be given on
head-origin = Name of the log
head-size = Entries
head-root = Root
head-signed = Signed
head-key = Key

## accept

accept-title = Accept the terms
accept-about = { $count ->
    [one] You asked for 1 record under these terms.
   *[other] You asked for { $count } records under these terms.
}
accept-credit = To be credited:
accept-named = I, { $name }, accept them for { $party }.
accept-unnamed = I accept them.
accept-button = Accept and download
accept-not = I do not accept them
accept-ledger = That they were accepted, when and by whom, is written into the ledger.

## account

tokens-title = API tokens
tokens-about = For programs that submit or download in your name. A token can do at most what you can.
token-made = The new token. Copy it now: it is not shown again.
tokens-none = You have no token.
token-name = Name
token-scopes = May
token-expires = Ends
token-used = Last used
token-acts = Revoke
token-expired = ended
never = never
token-revoke = Revoke
token-new = Make a token
token-new-name = What it is for
token-new-scopes = What it may do
token-new-days = Days until it ends, at most { $count }
token-new-button = Make it

## aid

aid-title = Aid
aid-none = There is no shipment yet that you may see.
aid-to = to
aid-item = What
aid-quantity = How many
aid-confirmed = receipt confirmed
aid-unconfirmed = receipt not confirmed
aid-move = Is now
aid-on = since
aid-note = A word about it
aid-tracking = Number at the carrier
aid-untitled = From { $from } to { $to }
aid-add = Plan a shipment
aid-batch = Name of the batch
aid-recipient = Recipient
aid-unit = Unit

## ask

ask-nav = Ask
ask-title = Ask about { $pathogen }
ask-which-title = Ask about genomes
ask-about = Released genomes as far as you may see them. The address of this page is your question: keep it, or send it on.
ask-others = another pathogen
ask-query = Mutations and conditions
ask-query-hint = Join conditions with & (and), | (or), ! (not) and brackets.
ask-examples = How conditions are written
ask-example-letter = a letter of the genome
ask-example-deletion = a letter that is deleted
ask-example-protein = an amino acid of a protein; without the last letter, any change at that place
ask-example-maybe = read as ambiguous letters allow
ask-example-counted = at least two of these
ask-example-insertion = an insertion, where ? stands for any letters
ask-example-joined = conditions together, with fields by name
ask-wrong = This question cannot be answered yet. Nothing you typed is lost.
ask-unknown = not told
ask-clade = Clade
ask-host = Host
ask-lab = Submitted by
ask-simulated = Simulated
ask-is-simulated = simulated
ask-is-real = not simulated
ask-collected-to = Collected to
ask-released-from = Released from
ask-released-to = Released to
ask-day-hint = A day, a month or a year: 2026-05-31, 2026-05, 2026. Genomes of which only the month is known are not found by day of collection.
ask-star-hint = BA.2 is that one alone, BA.2* also what descends from it.
ask-button = Ask
ask-count = { $count ->
    [0] No genome
    [one] 1 genome
   *[other] { $count } genomes
}
ask-of-all = of { $all } that you may see
ask-all-simulated = { $count ->
    [one] It is simulated: it is not real and not for reporting.
   *[other] All of them are simulated: they are not real and not for reporting.
}
ask-some-simulated = { $count ->
    [one] 1 of them is simulated: it is not real and not for reporting.
   *[other] { $count } of them are simulated: they are not real and not for reporting.
}
ask-following = { $count ->
    [one] 1 genome was released that cannot be found here yet. Ask again in a moment.
   *[other] { $count } genomes were released that cannot be found here yet. Ask again in a moment.
}
ask-none = No genome that you may see fits this. Take a condition away.
ask-facets = Narrow it
ask-facets-about = Each number is how many genomes that value alone would leave, with everything else as asked.
ask-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
ask-map = Where
ask-map-about = A square for each country, in blocks by neighbourhood. Size and place of a square say nothing.
ask-map-drawing = { $count ->
    [0] Genomes by country of collection; none is known
    [one] Genomes by country of collection, from 1 country: { $names }
   *[other] Genomes by country of collection, from { $count } countries, the first of them { $names }
}
ask-placeless = { $count ->
    [one] The country of 1 genome is not known.
   *[other] The country of { $count } genomes is not known.
}
ask-shade = { $from } to { $to }
ask-shade-none = none
ask-shade-more = { $from } and more
ask-when = When
ask-weeks = Genomes by week of collection, named by its Monday
ask-months = Genomes by month of collection
ask-years = Genomes by year of collection
ask-earlier = { $count ->
    [one] 1 genome was collected earlier and is not drawn.
   *[other] { $count } genomes were collected earlier and are not drawn.
}
ask-dayless = { $count ->
    [one] The day of 1 genome is not known; it is not drawn.
   *[other] The day of { $count } genomes is not known; they are not drawn.
}
ask-mutations = Most frequent mutations
ask-mutations-about = Share among the genomes that were read at that place. A click adds the mutation to the question.
ask-nucleotides = In the genome
ask-amino-acids = In proteins
ask-mutation = Mutation
ask-share = Share
ask-with = With it
ask-read = Read there
ask-genomes = The genomes
ask-genomes-none = There is no genome at this place of the list.
ask-released = Released
ask-take = Take this away
ask-take-about = Files of these genomes, as large as said or somewhat smaller. A download that was cut goes on where it was.
ask-take-size = about { $size }
ask-take-most = at most { $count } genomes
ask-take-fasta = Sequences as they were handed in (FASTA)
ask-take-aligned = Sequences along the reference (FASTA)
ask-take-translated = Proteins along the reference (FASTA)
ask-take-tsv = What is known of each, as a table (TSV)
ask-take-ndjson = What is known of each and how it differs, as lines of JSON
ask-take-parquet = The same for programs of statistics, as Parquet
ask-take-vcf = Differences of all, side by side (VCF)
ask-take-gff3 = Genes of each genome (GFF3)
ask-take-genbank = Flat files with genes and proteins (GenBank)
ask-take-ena = Package to submit to the European archive (ENA)
ask-take-newick = Tree of the pathogen with these genomes, as Newick
ask-take-auspice = The same tree for auspice, the viewer of Nextstrain
ask-call = The same for programs
ask-call-about = The field's own API, LAPIS, takes the same question.
ask-call-token = It heeds no session of a browser: without a token it answers about what everybody may see, which may be less. You make tokens on the page of your account.
ask-call-rows = All fields of each genome, at most 100,000 at once:
ask-call-more = These are more: add limit and offset.
ask-to-list = Ask by mutation, place and time
ask-tree = Look at these genomes in the tree of the pathogen

## batch

batch-by-status = By quality
pathogen-found = found by itself
terms-are = terms { $code }
batch-progress = { $count ->
    [one] 1 genome of { $all } is analysed
   *[other] { $count } genomes of { $all } are analysed
}
batch-left = About { $count ->
    [one] 1 second
   *[other] { $count } seconds
} left.
batch-opening = { $count ->
    [one] 1 genome of { $all } is released; the others follow
   *[other] { $count } genomes of { $all } are released; the others follow
}
batch-leave = You may close this page: the work goes on.
batch-again = Look again
batch-stops-title = This must be changed before it can go on
batch-acts = What next
batch-submit-about = Hands it to the reviewers of your party. Still nobody else sees it.
batch-submit = Submit for review
batch-approve-about = Says that it is fit for release. Still nobody else sees it.
batch-approve = Approve
batch-release-about = It is written into the ledger with your name and cannot be made unseen.
batch-release-confirm = I, { $name }, release it.
batch-release = Release
batch-send-back-reason = What has to be changed
batch-send-back = Send back
batch-discard = Throw this draft away
batch-findings = What was found in the fields
batch-accept-all = Accept all suggestions
batch-no-findings = Nothing. Each field is as expected.
finding-others = and { $count ->
    [one] 1 other record
   *[other] { $count } other records
}
finding-suggested = suggested
finding-accept = Accept
findings-left-out = { $count ->
    [one] 1 more is shown when these are dealt with.
   *[other] { $count } more are shown when these are dealt with.
}
batch-no-genomes = No genome was read yet.
genome-name = Genome
genome-quality = Quality
genome-lineage = Lineage
genome-used = Used
genome-used-numbers = seen { $seen ->
    [one] once
   *[other] { $seen } times
}, metadata taken { $described ->
    [one] once
   *[other] { $described } times
}, sequence taken { $taken ->
    [one] once
   *[other] { $taken } times
}
genome-assigned = Listed as
genome-assigned-first = { $name }, assigned when it was handed in
genome-assigned-again = { $name }, assigned on { $date } with { $pack }
genome-assigned-other = { $name }, assigned on { $date } with { $pack }; { $first } when it was handed in
genome-assigned-none = no lineage
genome-read = Read
genome-remarks = What was found
genome-seen = Seen before
genome-waiting = waits
genome-fields = { $count ->
    [one] 1 field to look at
   *[other] { $count } fields to look at
}
history = What happened

## batches

batches-states = By state
batches-title = Submissions
batches-none = There is no submission here yet.
batch-name = Batch
batch-state = State
batch-genomes = Genomes
batch-to-look = To look at
batch-party = Party
batch-made = Brought in
batch-stops = { $count ->
    [one] 1 stop
   *[other] { $count } stops
}

## compare

compare-title = Versions { $left } and { $right } of { $accession }
compare-left = Older
compare-right = Newer
compare-button = Compare
compare-same-fields = All fields are the same.
compare-field = Field
compare-same = { $count ->
    [0] No other field.
    [one] 1 other field is the same.
   *[other] { $count } other fields are the same.
}
compare-sequence = Sequence
compare-read = Read now and not before: { $more } letters. Read before and not now: { $less }.
compare-gained = { $count ->
    [0] No mutation gained
    [one] 1 mutation gained
   *[other] { $count } mutations gained
}
compare-lost = { $count ->
    [0] No mutation lost
    [one] 1 mutation lost
   *[other] { $count } mutations lost
}
compare-same-sequence = The same, letter by letter.
compare-why = Why

## document

editions-count = { $count ->
    [0] no edition
    [one] 1 edition
   *[other] { $count } editions
}
editions-none = It has no edition yet.
edition-named = Edition { $name }
origin = How it came into this language
origin-original = original
origin-translation = translation
machine-made = translated by a machine
edition-no-files = It has no file yet.
edition-shares = Shared with
edition-no-shares = Nobody yet, as far as you may see.
share-channel = By
edition-share = Share this edition
edition-release = Release this edition
share-with = With
share-on = Given on, if not today
share-terms-kept = those it was released under; if it never was, for named partners only
edition-withdraw = Withdraw this edition
edition-withdraw-about = Its page then says that it was withdrawn, when and why, and its files can no longer be downloaded. That it was here stays in the ledger.
share-button = Share
rendition-add = Add a file
language = Language
file = File
edition-add = Add an edition
edition-add-name = Name or number of the edition
edition-add-changed = What changed in substance

## documents

documents-title = Documents
documents-none = There is no document yet that you may see.
document = Document
edition = Edition
languages = Languages
document-add = Add a document
document-add-title = Title
document-subjects = What it is about, as figures count
document-subject-other = Something else
document-subject-hint = One short name in small letters, digits and hyphens, such as infection-control.

## entry

entry-title = Entry
entry-numbered = Entry { $number }
entry-recorded-at = recorded { $date }
entry-verified = Its proof holds under the head below.
entry-unverified = It is not yet under a signed head. Look again in a minute.
entry-receipt = Download the receipt
entry-body = What was signed
entry-erased = The body was erased by a rule of retention. The ledger is whole without it: only its digest is part of the tree.
entry-blobs = Files that it names, by digest
entry-how = How it is proved
entry-how-text = The leaf is a digest of a secret salt and of the bytes above. Hashed with the hashes below, one after the other, it gives the root that the head signs. Who changes one letter gets another root. The receipt holds all of it and is proved offline.
entry-leaf = Leaf
entry-path = { $count ->
    [one] 1 hash
   *[other] { $count } hashes
} from the leaf to the root

## error

error-wait = Wait { $count ->
    [one] 1 second
   *[other] { $count } seconds
}.
to-front = To the front page
error-request = Number of the request: { $number }

## figures

figures-title = Figures
figures-about = Each figure says what it means, for which dates it holds, and where it comes from. What the ledger counted and what somebody stated are different kinds, and are never added up.
figures-happened = What happened by
figures-known = as it was known on
figures-none = No figure is defined yet.
figure-simulated = from simulated rows
figure-unknown = not known for these dates
figure-dates = Happened by { $happened }, known by { $known }.
figure-entries = { $count ->
    [0] Counted from no entry of the ledger.
    [one] Counted from 1 entry of the ledger.
   *[other] Counted from { $count } entries of the ledger.
}
figure-entries-simulated = { $count ->
    [one] 1 of them is simulated.
   *[other] { $count } of them are simulated.
}
figure-attested = Stated by { $name } on { $date }: { $source }

## front

front-title = What this server holds
search-label = Search genomes, documents and parties
search-button = Search
front-to-confirm = Shared with you, waits for your confirmation
front-from = from { $party }, { $date }
front-work = Your work
front-no-work = Nothing waits for you.
front-submit = Submit genomes
front-to-release = To release
front-to-review = To review
front-drafts = Drafts
front-genomes = In numbers
front-no-genomes = No genome is released yet that you may see.
front-newest = newest { $date }
front-documents = { $count ->
    [one] document
   *[other] documents
}
front-shipments = { $count ->
    [one] shipment
   *[other] shipments
}
front-releases = Released last
front-no-releases = Nothing was released yet.
visible-to = visible to { $audience }

## genome

genome-simulated = This genome is simulated. It is not real and not for reporting.
genome-old = This is version { $version }; there is a newer one.
genome-newest = To version { $version }
genome-drawing = Along the genome
genome-no-drawing = It was not analysed, so there is nothing to draw.
legend-protein = changes a protein
legend-silent = other substitution
legend-deletion = deletion
legend-insertion = insertion
legend-missing = not read
genome-changes = { $count ->
    [one] 1 change
   *[other] { $count } changes
} in words
quality-nothing = Nothing was found that speaks against its use.
analysed-with = analysed with
lineage-none = Not known: it was not placed on a tree.
lineage-nearest = nearest on the tree
letters-apart = { $count ->
    [0] the same
    [one] 1 letter apart
   *[other] { $count } letters apart
}
lineage-private = of its own
assays-title = Assays
assays-nothing = No assay was looked at for this pathogen.
assay-name = Assay
assay-verdict = Prediction
assay-why = Why
neighbours-title = Nearest relatives that you may see
metadata = Metadata
metadata-none = None was given.
credit = Credit and terms
credit-authors = Authors
credit-terms = Terms
credit-audience = Visible to
citation = To cite it
receipt = receipt
must-accept = The terms are accepted before the download.
versions = Versions
version = Version
version-at = When
version-by = By
version-changed = What changed, and why
compare = compare
compare-with = compare with { $version }
revise = Revise
withdraw = Withdraw

## genomes

filter-by-lineage = By lineage
filter-by-country = By country
genomes-title = Genomes
genomes-count = { $count ->
    [one] 1 genome that you may see
   *[other] { $count } genomes that you may see
}
any = any
filter-lineage = Lineage
filter-lineage-hint = BA.2 is that lineage alone, BA.2* also what descends from it.
filter-below = { $lineage } and what descends from it on the tree of its pack or by its name: { $count ->
    [0] nothing else that you may see
   *[other] { $names }
}
filter-from = Collected from
filter-to = to
filter-text = Words
filter-as-of = As it was on
as-of-told = What was known as of { $moment }, as far as you may see it now. Genomes released later are left out, and those revised later are shown as they were.
filter-button = Show
filter-clear = Take all filters away
genomes-none-left = No genome that you may see fits these filters. Take one of them away.
download = Download:
download-note = with a manifest of terms, credit and citation
genome-accession = Accession
genome-place = Place
genome-collected = Collected
genome-from = From
genome-withdrawn = withdrawn
genome-restricted = restricted

## ledger

ledger-kinds = By kind
ledger-title = The ledger
ledger-about = What was done here, when and by whom. An entry is never changed. Anybody can prove that none was.
ledger-head = The signed head
ledger-verify = Verify it yourself
ledger-verify-receipt = A receipt that you keep is proved without this server:
ledger-verify-all = Who runs this server proves the whole ledger and every file:
ledger-verify-api = Other programs read the head and the tree in the formats of C2SP:
ledger-empty = Nothing was written yet.
ledger-entries = Entries that you may see
ledger-no-entries = There is no entry here that you may see.
entry-what = What was done
entry-by = By
entry-recorded = Recorded
entry-proof = Entry
entry-happened = happened { $date }
verified = verified

## parties

parties-title = Parties
organisations = Organisations
organisations-none = There is none yet.
organisation = Organisation
party-host = runs this server
groups = Groups
groups-none = There is none yet. A group lets you share with many partners at once.
group-members = { $count ->
    [0] no member
    [one] 1 member
   *[other] { $count } members
}
party-add = Add a party
party-add-name = Name
party-add-kind = What it is
party-is-organisation = an organisation in a country
party-is-country = a country, spoken for by its government
party-is-international = an international or regional organisation
party-is-group = a group of parties
party-add-country = Country: needed for countries and organisations, if it has one for international organisations, none for groups
add = Add

## party

members = Members
members-none = It has no member yet, so nobody sees what is shared with it.
member-dates = Member
member-end = End the membership
member-remove = End it today
member-add = Add a member
member-since = since
people = People
person-add = Add a person
people-none = Nobody can sign in for it yet.
person-roles = May
person-seen = Signed in last
person-closed = closed
person-link = Make a one-time link
person-close = Close the account
party-received = Shared with it
party-given = Shared by it

## password

invitation-title = Choose a password
password-title = Change the password
account-title = My account
invitation-spent = This link was used already or is too old. Ask an administrator of your party for another.
password-forced = Choose a password of your own before you go on.
password-old = The password until now
password-new = The new password
password-again = The new password again
password-button = Change it
password-sessions = All other sessions of yours end.

## person

person-invitation = Give this one-time link to the person, by a way that you trust. It is not shown again.
person-roles-legend = What they may do
person-button = Add and make a one-time link

## revise

revise-title = Revise { $accession }
revise-about = Makes a new version. The old one stays readable, and who took a copy is told.
revise-sequence = New sequence, if it changes
reason = Reason
reason-hint = One or two sentences. Everybody who may see the record reads them.
revise-button = Make the new version
cancel = Leave it as it is

## search

search-title = Search
search-none = Nothing that you may see has these words. Try fewer of them, or an accession.
search-about = Accessions and names of genomes by their beginning; titles of documents and names of parties by any part.
search-at-least = at least { $count }
search-all = Show all of them

## send_back

send-back-title = Send { $accession } back
send-back-about = Who handed it in is asked to put it right. It is not released before its next version is there; what others see of it already stays as it is.

## set_up

set-up = Set up this server
set-up-spent = This link was used already or is too old. Start the server again on an empty folder to get a new one, or sign in.
set-up-about = Who runs it, and who is its first administrator. Both can be changed later, and others added.
set-up-party = The party that runs it
party-name = Name of the organisation
country = Country
set-up-person = The first administrator
person-name = Name
password-hint = At least { $count } characters. A few words that do not belong together are best.
password-repeated = The password again
set-up-button = Set up

## sign_in

user-name = User name
password = Password
sign-in-with = Sign in with { $name }
sign-in-help = No account, or the password is lost? An administrator of your party makes a one-time link for you.

## submit

submit-title = Submit genomes
submit-about = Choose the files and send them. They are analysed at once; nobody but your party sees anything until a named person releases it.
submit-files = Sequences and metadata
submit-files-hint = FASTA, compressed or not, and one table: TSV, CSV or XLSX in the template of Hearth, GISAID, Pathoplexus, GenBank or ENA. At most { $size } MB and { $count ->
    [one] 1 genome
   *[other] { $count } genomes
} at once.
submit-template = An empty table to fill in:
submit-name = Name of this batch
submit-name-hint = For you and your reviewers. The name of the run, for instance.
pathogen = Pathogen
submit-find = find by itself
submit-party = For the party
submit-terms = Terms
submit-terms-hint = what they say
submit-partners = Partners who may see it
submit-partners-hint = Only for terms that name partners. Nobody else sees it then.
submit-embargo = Embargo until
submit-embargo-hint = Leave it empty for none. Only terms that allow an embargo have one.
submit-button = Send and analyse
submit-patients = No names, numbers or birthdays of patients: files that have them are stopped, not stored.
submit-program = For many files or a bad link:

## terms

terms-title = Terms
terms-about = Every record here has terms: who may see it, and what they may do with it.
terms-none = There are none yet.
terms-records = { $count ->
    [0] No record that you may see has them.
    [one] 1 record that you may see has them.
   *[other] { $count } records that you may see have them.
}
terms-add = Write other terms
terms-code = Code
terms-code-hint = Capital letters, digits, dots and hyphens, such as PARTNERS-2026.
terms-name = Title
terms-reach = Who may see records
terms-rules = Rules
terms-text = Text

## withdraw

withdraw-title = Withdraw { $record }
withdraw-about = The record is taken from every list and download. Its page says that it was withdrawn, when and why. That it was here stays in the ledger.
withdraw-receivers = { $count ->
    [0] Nobody is known to have a copy.
    [one] 1 party has a copy and is told.
   *[other] { $count } parties have a copy and are told.
}
withdraw-button = Withdraw it

## searches

searches-title = Saved searches
searches-about = Questions that you keep under a name. You can be told what is new about each: by a feed, by mail, or by a message to a program of yours. What you are told follows what you may see at that moment.
searches-none = You have saved no search. Ask a question about genomes, and save it there under a name.
search-name = Name
search-question = Question
search-everything = all genomes
search-new = New
search-looked = since you looked on
search-told = You are told by
search-paused = paused
search-unaskable = look at it
search-unaskable-text = This question cannot be asked any more. Ask it anew, save that, and forget this one.
search-since = saved on { $day }
search-change = Name and pause
search-pause = Paused: nothing is sent. When it goes on, you are told what happened meanwhile.
search-change-button = Keep this
search-forget = Forget this search
told-feed = Feed
told-webhook = Webhook
told-mail = Mail
told-stopped = stopped
stopped-because = Nothing is sent any more.
resume-button = Try again now
tried-again = The last try failed. The same message is tried again at { $at }.
tries = The last tries
tries-none = Nothing was sent yet.
try-at = When
try-things = Things
try-outcome = What came of it
try-failed = failed
news-title = News since { $day }
news-none = Nothing is new since you looked.
news-count = { $count ->
    [one] One thing is new.
   *[other] { $count } things are new.
}
news-seen = I have seen these
news-new = new
news-revised = in another version
news-withdrawn = withdrawn
news-left = no longer among the answers
feed-about = A feed reader asks the address of the feed again and again. The address has a secret in it: whoever knows it sees what you may see, so keep it to yourself. What everybody may see is in a feed without a secret, on the page of the question.
feed-is = This search has such an address. It was shown when it was made.
feed-make = Make an address
feed-another = Make another address in its place
feed-end = End it
feed-made = The addresses of the feed. Copy the one that your reader takes now: they are not shown again.
webhook-about = A program of yours gets a signed message when something is new: names and addresses of genomes, and nothing of what is in them.
webhook-address = Address that takes the messages
webhook-button = Send messages there from now on
webhook-made = Messages are sent from now on. They are signed with this secret. Copy it now: it is not shown again.
channel-end = End this
mail-title = Where you take mail
mail-about = Mail is sent to an address once its owner said that it is theirs: you get a mail with a link.
mail-none = This server sends no mail.
mail-address = Mail address
mail-hint = Leave it empty to have it forgotten.
mail-button = Send the link
mail-verified = verified
mail-waiting = waits for you to open the link in the mail
mail-first = Say first where you take mail:
mail-daily = News go to { $address } once a day.
mail-once = News go to { $address } at once.
mail-pace = How often
mail-pace-daily = Once a day, if there is news
mail-pace-once = At once
mail-start = Send mail from now on
verify-title = Is this your address?
verify-text = Say that { $address } is yours, and that news about saved searches may be sent there.
verify-done = { $address } is verified. Choose at each saved search whether mail is sent about it.
verify-button = Yes, it is mine
unsubscribe-title = No more mail
unsubscribe-text = No more mail will be sent about this saved search. The search itself stays.
unsubscribe-done = Done: no more mail is sent about this saved search.
unsubscribe-button = Send no more
ask-keep = Be told what is new
ask-keep-about = Save this question under a name, and choose how you are told when something new fits it.
ask-keep-name = Name
ask-keep-button = Save this question
ask-keep-sign = Sign in to save this question and be told by mail or by a message to a program.
ask-feeds = A feed of it, of what everybody may see:
